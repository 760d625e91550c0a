#include "tools/replay/common.hpp"

#include "events/codec.hpp"

#include <CLI/CLI.hpp>

#include <charconv>

namespace ringmaster::replay {

void add_common(CLI::App& to, common& with) {
  to.add_option("--data", with.data, "The data directory; nothing is written there")
    ->envname("RINGMASTER_DATA")
    ->capture_default_str();
  to.add_flag("--json", with.as_json, "Print JSON");
}

std::unique_ptr<store::log_reader> open_log(const common& with) {
  auto opened = store::log_reader::open(with.journal());
  if (const auto* why = std::get_if<std::string>(&opened))
    throw trouble{*why};
  return std::get<std::unique_ptr<store::log_reader>>(std::move(opened));
}

place parse_place(const std::string& text) {
  std::uint64_t position = 0;
  const auto* end = text.data() + text.size();
  auto [stopped, error] = std::from_chars(text.data(), end, position);
  if (error == std::errc{} && stopped == end)
    return position;
  if (auto at = events::parse_rfc3339(text))
    return *at;
  throw trouble{text + ": neither a position nor a time (2026-11-23T09:00:00Z)"};
}

std::uint64_t position_of(const place& at, const store::log_reader& log) {
  if (const auto* position = std::get_if<std::uint64_t>(&at))
    return *position;
  return log.first_at_or_after(std::get<events::instant>(at));
}

events::campaign_id parse_campaign(const std::string& text) {
  auto id = events::parse_id<events::campaign_tag>(text);
  if (!id)
    throw trouble{text + ": not a campaign's id (cmp_…)"};
  return *id;
}

std::string sentence(const store::log_damage& it) {
  return "position " + std::to_string(it.position) + ' ' + it.detail;
}

std::string hex(const store::chain_hash& it) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (auto byte : it)
    text.append({digits[byte >> 4U], digits[byte & 15U]});
  return text;
}

} // namespace ringmaster::replay
