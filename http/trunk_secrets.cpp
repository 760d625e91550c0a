#include "http/trunk_secrets.hpp"

#include "http/render.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

constexpr std::size_t most_secrets = 10;
constexpr std::size_t longest_name = 64;
constexpr text_limits value_limits{.least = 1, .most = 4'096};

/// As the names of files, and of the providers' settings.
bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && std::ranges::all_of(text, [](char it) {
    return (it >= 'a' && it <= 'z') || (it >= '0' && it <= '9') || it == '_';
  });
}

} // namespace

trunk_secrets read_secrets(object_reader& body, faults& wrong) {
  trunk_secrets given;
  const auto* members = body.object("secrets");
  if (members == nullptr)
    return given;
  auto at = body.at("secrets");
  if (members->size() > most_secrets)
    wrong.meaning(at, "There are at most 10 secrets.");
  for (const auto& [name, value] : members->items()) {
    if (!is_name(name)) {
      wrong.meaning(at, "A secret's name has 1 to 64 of a to z, 0 to 9 and _.");
      continue;
    }
    if (auto text = read_text(value, at + "/" + name, value_limits, wrong))
      given.emplace(name, *std::move(text));
  }
  return given;
}

void check_secrets(
  events::trunk_id trunk,
  const std::string& provider,
  const std::string& settings,
  const trunk_secrets& given,
  const services& with,
  faults& wrong) {
  if (auto trouble = with.check_secrets(trunk, provider, settings, given))
    wrong.meaning("/secrets", "The provider does not take these: " + *trouble + ".");
}

ordered shown_trunk(const projections::trunk_view& it, const services& with) {
  ordered shown;
  auto plain = trunk_json(it);
  for (const auto& [name, value] : plain.items()) {
    shown[name] = value;
    if (name == "settings")
      shown["secret_names"] = with.secret_names(it.trunk.trunk);
  }
  return shown;
}

} // namespace ringmaster::http
