#include "telephony/sip_outcome.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <span>

namespace ringmaster::telephony {

namespace {

using events::outcome;
using std::chrono::seconds;

using numbers = std::span<const std::uint16_t>;

struct row {
  numbers codes;  // of SIP
  numbers causes; // of Q.850, that say the same
  outcome what;
  std::string_view cause;
  seconds rest{};
  bool last_word = false; // no Q.850 cause knows better
};

/// A trunk that is congested is tried again soon; one that wants other
/// credentials, or money, waits for a person.
constexpr seconds congested{5};
constexpr seconds locked_out{60};

/// What a congested trunk may ask for instead.
constexpr seconds shortest_rest{1};
constexpr seconds longest_rest{300};

template <std::uint16_t... Number>
constexpr std::uint16_t list[] = {Number...};

// RFC 3261, 3398 (the codes' Q.850 causes), 8197 (607), 8688 (608); 904 is the
// stack's own word for a challenge that the credentials do not meet.
constexpr row table[] = {
  {list<486, 600>, list<17>, outcome::busy, ""},
  {list<480>, list<18, 19, 20>, outcome::no_answer, ""},
  {list<408, 487>, list<18>, outcome::no_answer, ""}, // 487: the carrier gave it up by itself
  {list<603>, list<21>, outcome::rejected, ""},
  {list<607>, {}, outcome::rejected, "unwanted", {}, true},
  {list<608>, {}, outcome::failed, "blocked", {}, true},
  {list<404, 604, 485>, list<1, 2, 3>, outcome::failed, "invalid_number"},
  {list<410>, list<22>, outcome::failed, "invalid_number"},
  {list<484>, list<28>, outcome::failed, "invalid_number"},
  {list<403>, list<21, 55, 57>, outcome::failed, "refused_by_carrier"},
  {list<401, 407, 904>, {}, outcome::failed, "trunk_auth", locked_out, true},
  {list<402>, {}, outcome::failed, "account", locked_out, true},
  {list<488, 606, 415>, list<65, 79, 88>, outcome::failed, "media"},
  {list<502>, list<27>, outcome::failed, "network"},
  {list<503>, list<34, 42, 47>, outcome::failed, "congestion", congested},
  {list<500>, list<38, 41, 111, 127>, outcome::failed, "network"},
  {list<504>, list<102>, outcome::failed, "network"},
  {list<300, 301, 302, 305, 380>, list<23>, outcome::failed, "redirected", {}, true},
};

/// What Q.850 says of 503 besides: they do not make another failure of it.
constexpr auto& also_503 = list<38, 41>;

constexpr row silent{{}, {}, outcome::failed, "trunk_timeout", {}, true};
constexpr row unreachable{{}, {}, outcome::failed, "trunk_unreachable", congested, true};
constexpr row blocked{{}, {}, outcome::failed, "blocked", {}, true};
constexpr row cancelled{{}, {}, outcome::no_answer, "", {}, true};

bool holds(numbers all, std::uint16_t it) {
  return std::ranges::find(all, it) != all.end();
}

const row* with_code(std::uint16_t status) {
  auto found = std::ranges::find_if(table, [&](const row& it) { return holds(it.codes, status); });
  return found == std::end(table) ? nullptr : found;
}

const row* with_cause(std::uint16_t q850) {
  auto found = std::ranges::find_if(table, [&](const row& it) { return holds(it.causes, q850); });
  return found == std::end(table) ? nullptr : found;
}

/// A code that the table lacks means what the first of its hundred means
/// (RFC 3261 8.1.3.2).
const row& of_code(std::uint16_t status) {
  if (const auto* exact = with_code(status))
    return *exact;
  if (status >= 600)
    return *with_code(603);
  return *with_code(status >= 500 || status < 300 ? 500 : status >= 400 ? 403 : 302);
}

bool same_text(std::string_view a, std::string_view b) {
  auto lower = [](char it) { return it >= 'A' && it <= 'Z' ? static_cast<char>(it + 32) : it; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

const row& of_our_stack(const sip_final& it) {
  if (it.status == 408)
    return silent;
  return it.status == 503 ? unreachable : of_code(it.status);
}

const row& find_row(const sip_final& it) {
  if (it.we_cancelled && (it.status == 487 || it.status == 481 || it.by == sip_speaker::our_stack))
    return cancelled;
  if (it.by == sip_speaker::our_stack)
    return of_our_stack(it);
  // ATIS-1000099, "603+": analytics refused the call, not the person.
  if (it.status == 603 && same_text(it.phrase, "Network Blocked"))
    return blocked;
  const auto& by_code = of_code(it.status);
  if (it.q850 == 0 || by_code.last_word || holds(by_code.causes, it.q850))
    return by_code;
  if (it.status == 503 && holds(also_503, it.q850))
    return by_code;
  const auto* by_cause = with_cause(it.q850);
  return by_cause == nullptr ? by_code : *by_cause;
}

} // namespace

sip_verdict verdict_on(const sip_final& it) {
  const auto& found = find_row(it);
  auto rest = found.rest;
  if (rest == congested && it.retry_after)
    rest = std::clamp(*it.retry_after, shortest_rest, longest_rest);
  return {found.what, found.cause, rest};
}

std::string provider_code(const sip_final& it) {
  auto text = "SIP " + std::to_string(it.status);
  if (it.by == sip_speaker::our_stack)
    text += " local";
  if (it.q850 != 0)
    text += ", Q.850 " + std::to_string(it.q850);
  return text;
}

std::uint16_t q850_cause(std::string_view reason) {
  auto protocol = reason.substr(0, reason.find(';'));
  while (!protocol.empty() && protocol.back() == ' ')
    protocol.remove_suffix(1);
  if (!same_text(protocol, "Q.850"))
    return 0;
  for (auto from = reason.find(';'); from != std::string_view::npos; from = reason.find(';')) {
    reason.remove_prefix(from + 1);
    auto equals = reason.find('=');
    if (equals == std::string_view::npos || !same_text(reason.substr(0, equals), "cause"))
      continue;
    auto digits = reason.substr(equals + 1);
    std::uint16_t cause = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), cause);
    return error == std::errc{} && cause <= 127 ? cause : std::uint16_t{0};
  }
  return 0;
}

} // namespace ringmaster::telephony
