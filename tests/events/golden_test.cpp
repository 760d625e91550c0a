// The bytes of every version of every event that was ever written, so that a
// build that could not read them any more, or writes them otherwise, is seen.
#include "events/codec.hpp"
#include "support/sample_events.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

using namespace ringmaster;
using namespace ringmaster::events;

namespace {

const std::filesystem::path golden{GOLDEN_DIRECTORY};
constexpr std::size_t bytes_a_line = 32;

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto byte = static_cast<unsigned char>(bytes[at]);
    text += digits[byte / 16];
    text += digits[byte % 16];
    if (at % bytes_a_line == bytes_a_line - 1 || at + 1 == bytes.size())
      text += '\n';
  }
  return text;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string from_hex(const std::string& text) {
  std::string digits;
  for (char letter : text)
    if (letter != '\n')
      digits += letter;
  std::string bytes;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2)
    bytes += static_cast<char>(std::strtol(digits.substr(at, 2).c_str(), nullptr, 16));
  return bytes;
}

std::map<std::string, event> samples_by_type() {
  std::map<std::string, event> result;
  for (auto& it : test::one_of_each())
    result.emplace(type_of(it), it);
  return result;
}

} // namespace

TEST_CASE("every type of event has its golden bytes, and is written so to this day") {
  for (const auto& [type, sample] : samples_by_type()) {
    auto file = golden / (type + ".hex");
    auto today = to_hex(encode(test::sample_envelope(sample)));
    CHECK_MESSAGE(
      std::filesystem::exists(file),
      "a new type's bytes are kept from its first day: write to " << file.string() << "\n"
                                                                  << today);
    if (std::filesystem::exists(file))
      CHECK_MESSAGE(text_of(file) == today, type);
  }
}

namespace {

/// What the golden bytes of versions that are not written any more are read as.
std::map<std::string, event> older_samples() {
  auto by_breaker = samples_by_type().at("campaign.paused.v2");
  return {{"campaign.paused.v1", by_breaker}};
}

} // namespace

TEST_CASE("golden bytes are read as what was written") {
  auto samples = samples_by_type();
  samples.merge(older_samples());
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::directory_iterator{golden}) {
    auto type = entry.path().stem().string();
    CAPTURE(type);
    auto it = decode(from_hex(text_of(entry.path())));
    REQUIRE(it.has_value());
    REQUIRE(samples.contains(type));
    CHECK(type_of(it->event) == type_of(samples.at(type)));
    CHECK(*it == test::sample_envelope(samples.at(type)));
    ++read;
  }
  CHECK(read == std::variant_size_v<event> + older_samples().size());
}
