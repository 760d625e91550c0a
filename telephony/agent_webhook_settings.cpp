#include "telephony/agent_webhook_settings.hpp"

#include "http_client/reach.hpp"
#include "http_client/url.hpp"
#include "telephony/settings_json.hpp"

#include <algorithm>

namespace ringmaster::telephony {

namespace {

using nlohmann::json;

constexpr int deepest = 8;
constexpr std::size_t longest_text = 2'000;
constexpr std::size_t longest_body = 20'000;
constexpr std::size_t most_words = 100;
constexpr std::uint64_t least_poll_seconds = 5;
constexpr std::uint64_t most_poll_seconds = 600;

trouble read_text(const json& value, std::string& into) {
  if (!value.is_string() || value.get_ref<const std::string&>().size() > longest_text)
    return "must be a text of at most 2,000 characters";
  into = value.get<std::string>();
  return std::nullopt;
}

trouble read_url(const json& value, std::string& into) {
  if (auto wrong = read_text(value, into))
    return wrong;
  auto parsed = http_client::parse_url(into);
  if (const auto* why = std::get_if<std::string>(&parsed))
    return *why;
  return http_client::why_not_secrets_to(std::get<http_client::url>(parsed));
}

/// RFC 9110's token.
trouble read_header_name(const json& value, std::string& into) {
  if (auto wrong = read_text(value, into))
    return wrong;
  constexpr std::string_view also = "!#$%&'*+-.^_`|~";
  bool token = !into.empty() && std::ranges::all_of(into, [&](char it) {
    return (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z') || (it >= '0' && it <= '9')
           || also.find(it) != std::string_view::npos;
  });
  return token ? std::nullopt : trouble{"must be the name of a header"};
}

trouble read_prefix(const json& value, std::string& into) {
  if (auto wrong = read_text(value, into))
    return wrong;
  bool plain = std::ranges::all_of(into, [](char it) { return it >= ' ' && it <= '~'; });
  return plain ? std::nullopt : trouble{"must be of printable characters"};
}

trouble read_body(const json& value, std::string& into) {
  if (!value.is_object())
    return "must be an object";
  into = value.dump();
  return into.size() <= longest_body ? std::nullopt
                                     : trouble{"must be of at most 20,000 characters"};
}

bool is_pointer(const std::string& text) {
  try {
    (void)json::json_pointer{text};
    return true;
  } catch (const json::exception&) {
    return false;
  }
}

trouble read_pointer(const json& value, std::string& into) {
  if (auto wrong = read_text(value, into))
    return wrong;
  return is_pointer(into) ? std::nullopt : trouble{"must be a JSON pointer, as in /run/id"};
}

trouble read_poll_seconds(const json& value, std::uint64_t& into) {
  auto wrong = read_setting(value, into);
  if (wrong || into < least_poll_seconds || into > most_poll_seconds)
    return "must be a whole number from 5 to 600";
  return std::nullopt;
}

trouble read_fields(const json& value, decltype(agent_webhook_settings::fields)& into) {
  if (!value.is_object())
    return "must be an object";
  for (const auto& [name, pointer] : value.items()) {
    auto known = into.find(name);
    if (known == into.end())
      return "has no " + cited(name);
    std::string text;
    if (auto wrong = read_pointer(pointer, text))
      return cited(name) + " " + *wrong;
    known->second = {std::move(text)};
  }
  return std::nullopt;
}

trouble read_outcomes(const json& value, decltype(agent_webhook_settings::outcomes)& into) {
  if (!value.is_object() || value.size() > most_words)
    return "must be an object of at most 100 words";
  for (const auto& [word, name] : value.items()) {
    auto outcome = name.is_string() ? events::parse_outcome(name.get<std::string>()) : std::nullopt;
    if (!outcome)
      return cited(word) + " must be an outcome";
    into.insert_or_assign(word, *outcome);
  }
  return std::nullopt;
}

const setting_readers<agent_webhook_settings>& readers() {
  using it = agent_webhook_settings;
  static const setting_readers<it> all{
    setting("url", &it::url, read_url),
    setting("key_header", &it::key_header, read_header_name),
    setting("key_prefix", &it::key_prefix, read_prefix),
    setting("body", &it::body, read_body),
    setting("run_ref", &it::run_ref, read_pointer),
    setting("status_url", &it::status_url, read_url),
    setting("poll_seconds", &it::poll_seconds, read_poll_seconds),
    setting("fields", &it::fields, read_fields),
    setting("outcomes", &it::outcomes, read_outcomes)};
  return all;
}

} // namespace

std::variant<agent_webhook_settings, std::string>
parse_agent_webhook_settings(std::string_view text) {
  auto read = read_settings<agent_webhook_settings>(text, readers(), "an agent platform", deepest);
  if (const auto* it = std::get_if<agent_webhook_settings>(&read); it != nullptr && it->url.empty())
    return "url is missing";
  return read;
}

} // namespace ringmaster::telephony
