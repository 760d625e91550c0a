#pragma once

#include "store/journal.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::test {

inline constexpr events::instant nine{std::chrono::seconds{1'767'603'600}};

inline std::unique_ptr<store::journal>
open_log(const std::filesystem::path& directory, const store::journal_options& options = {}) {
  auto opened = store::journal::open(directory, options);
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<std::unique_ptr<store::journal>>(std::move(opened));
}

/// Why a log does not open; empty if it does.
inline std::string refusal_to_open(const std::filesystem::path& directory) {
  auto opened = store::journal::open(directory, {});
  const auto* why = std::get_if<std::string>(&opened);
  return why ? *why : "";
}

inline events::stream_id contact(std::uint32_t row) {
  return stream_of(events::contact_key{events::campaign_id{7}, row});
}

/// `count` events for a contact that has had `expected` of them.
inline store::append ringing(std::uint32_t row, std::uint64_t expected, std::size_t count = 1) {
  store::append it;
  it.stream = contact(row);
  it.expected_version = expected;
  for (std::size_t i = 0; i < count; ++i)
    it.events.push_back(events::contact_ringing{.attempt = row, .at = nine});
  return it;
}

inline store::journal::batch
write(store::journal& log, std::vector<store::append> appends, events::instant now = nine) {
  return log.write(appends, now);
}

/// One batch per contact, from `first` on.
inline void write_batches(store::journal& log, std::uint32_t first, std::uint32_t count) {
  for (auto row = first; row < first + count; ++row)
    REQUIRE(write(log, {ringing(row, 0)}).committed.size() == 1);
}

inline std::vector<events::envelope> read_all(const store::journal& log, std::uint64_t first = 1) {
  std::vector<events::envelope> found;
  log.read(first, [&](events::envelope&& it) {
    found.push_back(std::move(it));
    return true;
  });
  return found;
}

/// What a power cut would leave of a log that is open right now: its files as
/// they are, without an orderly close.
inline void crash_image(const std::filesystem::path& log, const std::filesystem::path& image) {
  std::filesystem::remove_all(image);
  std::filesystem::copy(log, image, std::filesystem::copy_options::recursive);
}

} // namespace ringmaster::test
