#include "telephony/twilio_signature.hpp"

#include "telephony/keyed_hash.hpp"

#include <algorithm>

namespace ringmaster::telephony {

namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view body_digest = "bodySHA256";

struct scheme {
  std::string_view begin;
  std::string_view port;
};
constexpr scheme schemes[] = {{"https://", ":443"}, {"http://", ":80"}};

/// The URL with the scheme's own port if it has none, and without it if it has it.
std::string other_spelling(std::string_view url) {
  auto used =
    std::ranges::find_if(schemes, [&](const scheme& it) { return url.starts_with(it.begin); });
  if (used == std::end(schemes))
    return std::string{url};
  auto host_end = std::min(url.find_first_of("/?", used->begin.size()), url.size());
  auto host = url.substr(0, host_end);
  std::string rest{url.substr(host_end)};
  if (host.ends_with(used->port))
    return std::string{host.substr(0, host.size() - used->port.size())} + rest;
  bool has_port = host.find(':', used->begin.size()) != host.npos; // of an IPv6 address, too
  return has_port ? std::string{url} : std::string{host}.append(used->port) + rest;
}

std::string_view query_of(std::string_view url) {
  auto mark = url.find('?');
  return mark == url.npos ? std::string_view{} : url.substr(mark + 1);
}

} // namespace

std::string
twilio_signature(std::string_view auth_token, std::string_view url, const form& fields) {
  auto sorted = fields;
  std::ranges::sort(sorted);
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::string text{url};
  for (const auto& [name, value] : sorted)
    text += name + value;
  return to_base64(hmac_sha1(auth_token, text));
}

bool is_signed_by_twilio(
  std::string_view auth_token,
  std::string_view url,
  std::string_view content_type,
  std::string_view body,
  std::string_view signature) {
  form signed_fields;
  if (content_type.starts_with(form_type)) {
    auto fields = decode_form(body);
    if (!fields)
      return false;
    signed_fields = *std::move(fields);
  } else if (!body.empty()) {
    auto query = decode_form(query_of(url));
    if (!query || !equal_in_constant_time(value_of(*query, body_digest), to_hex(sha256(body))))
      return false;
  }
  bool as_it_is =
    equal_in_constant_time(twilio_signature(auth_token, url, signed_fields), signature);
  bool otherwise = equal_in_constant_time(
    twilio_signature(auth_token, other_spelling(url), signed_fields), signature);
  return as_it_is || otherwise;
}

} // namespace ringmaster::telephony
