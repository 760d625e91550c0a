#include "domain/webhook.hpp"

#include "domain/base64.hpp"

#include <algorithm>
#include <cmath>
#include <variant>

namespace ringmaster::domain {

namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t fewest_key_bytes = 24;
constexpr std::size_t most_key_bytes = 64;
constexpr std::size_t longest_secret = secret_prefix.size() + 4 * ((most_key_bytes + 2) / 3);

template <class... Event>
bool begins_one_of(std::string_view text, const std::variant<Event...>*) {
  return (Event::type.starts_with(text) || ...);
}

bool is_told(const events::stream_id& of) {
  return of.kind == events::stream_kind::campaign || of.kind == events::stream_kind::contact;
}

} // namespace

std::vector<std::string> default_webhook_events() {
  return {"campaign.", "contact."};
}

bool is_webhook_filter(std::string_view text) {
  return !text.empty()
         && (begins_one_of(text, static_cast<const events::campaign_event*>(nullptr)) || begins_one_of(text, static_cast<const events::contact_event*>(nullptr)));
}

bool is_wanted(
  const events::webhook_settings& settings,
  events::campaign_id only,
  const events::stream_id& stream,
  std::string_view type) {
  if (!is_told(stream) || (only && stream.id != only.value))
    return false;
  return std::ranges::any_of(
    settings.events, [&](const std::string& wish) { return type.starts_with(wish); });
}

std::optional<std::string> webhook_key_in(std::string_view secret) {
  if (!secret.starts_with(secret_prefix) || secret.size() > longest_secret)
    return std::nullopt;
  auto key = from_base64(secret.substr(secret_prefix.size()));
  bool fits = key && key->size() >= fewest_key_bytes && key->size() <= most_key_bytes;
  return fits ? key : std::nullopt;
}

std::string webhook_secret_of(std::string_view key) {
  return std::string{secret_prefix} + to_base64(key);
}

events::duration webhook_backoff(unsigned failures, double chance) {
  constexpr double first_seconds = 5;
  constexpr double growth = 3;
  constexpr double most_seconds = 3'600;
  constexpr double spread = 0.2;
  auto seconds =
    std::min(most_seconds, first_seconds * std::pow(growth, std::max(failures, 1U) - 1));
  auto spread_out = seconds * (1 + spread * (2 * chance - 1));
  return std::chrono::duration_cast<events::duration>(std::chrono::duration<double>{spread_out});
}

} // namespace ringmaster::domain
