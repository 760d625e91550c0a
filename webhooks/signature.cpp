#include "webhooks/signature.hpp"

#include "domain/base64.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace ringmaster::webhooks {

namespace {

const unsigned char* raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

} // namespace

http_client::fields signature_fields(
  std::string_view key, std::string_view id, std::int64_t unix_seconds, std::string_view body) {
  auto time = std::to_string(unix_seconds);
  http_client::fields all{{"webhook-id", std::string{id}}, {"webhook-timestamp", time}};
  if (key.empty())
    return all;
  auto content = std::string{id}.append(".").append(time).append(".").append(body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(
    EVP_sha256(),
    key.data(),
    static_cast<int>(key.size()),
    raw(content),
    content.size(),
    mac.data(),
    &size);
  std::string_view bytes{reinterpret_cast<const char*>(mac.data()), size};
  all.emplace_back("webhook-signature", "v1," + domain::to_base64(bytes));
  return all;
}

} // namespace ringmaster::webhooks
