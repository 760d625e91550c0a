// Reading a trunk's settings: strict, and every complaint names the field.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace ringmaster::telephony {

/// Nothing if all is well, or what is wrong.
using trouble = std::optional<std::string>;

/// For messages: what a stranger wrote, unless it is too long to repeat.
[[nodiscard]] std::string cited(std::string_view text);

/// A complaint of these goes behind the field's name: "must be true or false".
[[nodiscard]] trouble read_setting(const nlohmann::json& value, std::uint64_t& into);
[[nodiscard]] trouble read_setting(const nlohmann::json& value, bool& into);
/// From 0 to 1.
[[nodiscard]] trouble read_setting(const nlohmann::json& value, double& rate);

/// An object no deeper than `deepest`.
[[nodiscard]] trouble
parse_settings_object(std::string_view text, int deepest, nlohmann::json& into);

/// One field of the settings; the complaint names it.
template <class Settings>
using setting_reader = std::function<trouble(const nlohmann::json&, Settings&)>;
template <class Settings>
using setting_readers = std::map<std::string_view, setting_reader<Settings>>;

/// A field that `read(value, member)` reads, whose complaints go behind its name.
template <class Settings, class Value, class Read>
std::pair<const std::string_view, setting_reader<Settings>>
setting(std::string_view name, Value Settings::*member, Read read) {
  return {name, [name, member, read](const nlohmann::json& value, Settings& into) -> trouble {
            auto wrong = read(value, into.*member);
            return wrong ? std::optional{std::string{name} + " " + *wrong} : std::nullopt;
          }};
}

template <class Settings, class Value>
auto setting(std::string_view name, Value Settings::*member) {
  return setting(name, member, [](const nlohmann::json& value, Value& into) {
    return read_setting(value, into);
  });
}

/// All fields of `text`, or what is wrong with one. `whose`: "the simulated carrier".
template <class Settings>
std::variant<Settings, std::string> read_settings(
  std::string_view text,
  const setting_readers<Settings>& readers,
  std::string_view whose,
  int deepest) {
  nlohmann::json fields;
  if (auto wrong = parse_settings_object(text, deepest, fields))
    return std::move(*wrong);
  Settings settings;
  for (const auto& [name, value] : fields.items()) {
    auto found = readers.find(name);
    if (found == readers.end())
      return cited(name) + " is not a setting of " + std::string{whose};
    if (auto wrong = found->second(value, settings))
      return std::move(*wrong);
  }
  return settings;
}

} // namespace ringmaster::telephony
