#include "tools/replay/common.hpp"

#include "events/codec.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
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

namespace {

/// How many bytes the control character at the front of `text` has; 0: none is there.
std::size_t control_length(std::string_view text) {
  auto byte = static_cast<unsigned char>(text[0]);
  auto next = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0;
  if (byte == 0xc2 && next >= 0x80 && next < 0xa0)
    return 2;
  return byte < 0x20 || byte == 0x7f ? 1 : 0;
}

} // namespace

bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i)
    if (control_length(text.substr(i)) > 0)
      return true;
  return false;
}

std::string plain(std::string_view text) {
  std::string kept;
  for (std::size_t i = 0; i < text.size();) {
    auto control = control_length(text.substr(i));
    if (control == 0)
      kept += text[i];
    i += std::max<std::size_t>(control, 1);
  }
  return kept;
}

} // namespace ringmaster::replay
