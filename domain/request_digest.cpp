#include "domain/request_digest.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace ringmaster::domain {

namespace {

constexpr std::size_t longest_key = 255;
constexpr std::size_t kept_bytes = 16; // of 32: as long as a UUID

using context = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

EVP_MD_CTX* begin() {
  auto* it = EVP_MD_CTX_new();
  EVP_DigestInit_ex(it, EVP_sha256(), nullptr);
  return it;
}

/// With its length, so that no two rows of texts have the same bytes.
void add_text(EVP_MD_CTX* to, std::string_view text) {
  auto length = std::to_string(text.size()) + ':';
  EVP_DigestUpdate(to, length.data(), length.size());
  EVP_DigestUpdate(to, text.data(), text.size());
}

std::string finish(EVP_MD_CTX* it) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  EVP_DigestFinal_ex(it, bytes.data(), nullptr);
  return {bytes.begin(), bytes.begin() + kept_bytes};
}

} // namespace

bool is_idempotency_key(std::string_view text) {
  return !text.empty() && text.size() <= longest_key
         && std::ranges::all_of(text, [](char it) { return it >= 0x20 && it < 0x7f; });
}

void request_digest::release::operator()(EVP_MD_CTX* it) const {
  EVP_MD_CTX_free(it);
}

request_digest::request_digest(std::string_view asker, std::string_view key) : digest_{begin()} {
  context name{begin(), EVP_MD_CTX_free};
  add_text(name.get(), asker);
  add_text(name.get(), key);
  key_ = finish(name.get());
  add_text(digest_.get(), "request");
  add_text(digest_.get(), key);
}

void request_digest::add(std::string_view bytes) {
  EVP_DigestUpdate(digest_.get(), bytes.data(), bytes.size());
}

events::request_mark request_digest::mark() const {
  context copy{EVP_MD_CTX_new(), EVP_MD_CTX_free};
  EVP_MD_CTX_copy_ex(copy.get(), digest_.get());
  return {.key = key_, .digest = finish(copy.get())};
}

} // namespace ringmaster::domain
