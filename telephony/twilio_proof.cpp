#include "telephony/twilio_proof.hpp"

#include "telephony/keyed_hash.hpp"
#include "telephony/twilio_signature.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace ringmaster::telephony {

namespace {

/// A signature with a time is good for so long, before and after it.
constexpr std::chrono::minutes believed_for{5};

bool is_timely(std::string_view text, events::instant now) {
  std::int64_t at = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), at);
  if (error != std::errc{} || end != text.data() + text.size() || text.size() > 10)
    return false;
  auto age = now - events::instant{std::chrono::seconds{at}};
  return age <= believed_for && age >= -believed_for;
}

bool is_signed_with_key(const twilio_settings& by, const callback& what, events::instant now) {
  auto at = header_of(what, "telnyx-timestamp");
  auto signature = from_base64(header_of(what, by.flavour->signature_header));
  auto text = std::string{at}.append(1, '|').append(what.body);
  return signature && is_signed_by(by.public_key, text, *signature) && is_timely(at, now);
}

} // namespace

std::string authorization(const twilio_settings& by, const twilio_secrets& with) {
  if (by.flavour->auth == twilio_auth::bearer)
    return "Bearer " + with.auth_token;
  bool by_key = !by.api_key.empty();
  return "Basic "
         + to_base64(
           (by_key ? by.api_key : by.account) + ':'
           + (by_key ? with.api_key_secret : with.auth_token));
}

bool is_from_carrier(
  const twilio_settings& by,
  const twilio_secrets& with,
  std::string_view url,
  const callback& what,
  events::instant now) {
  if (by.flavour->signing == twilio_signing::ed25519)
    return is_signed_with_key(by, what, now);
  auto signature = header_of(what, by.flavour->signature_header);
  if (signature.empty()) // which SignalWire may have it under, too
    signature = header_of(what, "x-twilio-signature");
  return !with.signing_secret.empty()
         && is_signed_by_twilio(
           with.signing_secret, url, header_of(what, "content-type"), what.body, signature);
}

std::string_view header_of(const callback& what, std::string_view lower_case_name) {
  auto found = std::ranges::find(
    what.headers, lower_case_name, [](const auto& it) { return std::string_view{it.first}; });
  return found == what.headers.end() ? std::string_view{} : std::string_view{found->second};
}

} // namespace ringmaster::telephony
