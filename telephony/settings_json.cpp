#include "telephony/settings_json.hpp"

namespace ringmaster::telephony {

using nlohmann::json;

std::string cited(std::string_view text) {
  constexpr std::size_t enough = 40;
  if (text.size() > enough)
    return "a text of " + std::to_string(text.size()) + " characters";
  return std::string{'`'}.append(text).append(1, '`');
}

trouble read_setting(const json& value, std::uint64_t& into) {
  if (!value.is_number_unsigned())
    return "must be a whole number, 0 or more";
  into = value.get<std::uint64_t>();
  return std::nullopt;
}

trouble read_setting(const json& value, bool& into) {
  if (!value.is_boolean())
    return "must be true or false";
  into = value.get<bool>();
  return std::nullopt;
}

trouble read_setting(const json& value, double& rate) {
  if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1)
    return "must be a number from 0 to 1";
  rate = value.get<double>();
  return std::nullopt;
}

trouble parse_settings_object(std::string_view text, int deepest, json& into) {
  bool too_deep = false;
  auto bounded = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > deepest;
    return !too_deep;
  };
  into = json::parse(text, bounded, /*allow_exceptions=*/false);
  if (too_deep)
    return "settings are nested too deeply";
  if (into.is_discarded())
    return "settings are not JSON";
  if (!into.is_object())
    return "settings must be an object";
  return std::nullopt;
}

} // namespace ringmaster::telephony
