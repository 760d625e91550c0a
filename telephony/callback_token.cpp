#include "telephony/callback_token.hpp"

#include "telephony/keyed_hash.hpp"

namespace ringmaster::telephony {

namespace {

constexpr std::size_t kept_bytes = 16; // of 32: 128 bits cannot be guessed

std::string text_of(const callback_address& it) {
  return to_string(it.trunk) + '.' + to_string(it.attempt);
}

} // namespace

std::string callback_token(std::string_view key, const callback_address& of) {
  auto text = text_of(of);
  auto mark = hmac_sha256(key, "callback " + text).substr(0, kept_bytes);
  return text + '.' + to_hex(mark);
}

std::optional<callback_address> read_callback_token(std::string_view key, std::string_view token) {
  auto trunk = trunk_named_by(token);
  auto first = token.find('.');
  auto last = token.rfind('.');
  if (!trunk || last == first)
    return std::nullopt;
  auto attempt = events::parse_attempt_key(token.substr(first + 1, last - first - 1));
  if (!attempt)
    return std::nullopt;
  callback_address claimed{*trunk, *attempt};
  if (!equal_in_constant_time(callback_token(key, claimed), token))
    return std::nullopt;
  return claimed;
}

std::optional<events::trunk_id> trunk_named_by(std::string_view token) {
  return events::parse_id<events::trunk_tag>(token.substr(0, token.find('.')));
}

} // namespace ringmaster::telephony
