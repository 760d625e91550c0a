#include "telephony/settings_json.hpp"
#include "telephony/sip.hpp"

#include <algorithm>

namespace ringmaster::telephony {

namespace {

using nlohmann::json;

constexpr int deepest = 1;
constexpr std::size_t longest_text = 255;

/// Nothing that could end a header or a quoted string, and no colon, at which
/// credentials are taken apart.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](char it) {
    return it > ' ' && it < 0x7f && it != '"' && it != '\\' && it != ':' && it != '<' && it != '>';
  });
}

bool has_no_quotes(std::string_view text) {
  return text.find_first_of("\"\\") == std::string_view::npos;
}

trouble read_text(const json& value, std::string& into) {
  if (!value.is_string())
    return "must be a text";
  const auto& text = value.get_ref<const std::string&>();
  if (text.empty() || text.size() > longest_text)
    return "must be of 1 to 255 characters";
  into = text;
  return std::nullopt;
}

/// A text that `fits`, or what it must be.
auto text_that(bool (*fits)(std::string_view), std::string_view must) {
  return [fits, must](const json& value, std::string& into) -> trouble {
    std::string text;
    if (auto wrong = read_text(value, text))
      return wrong;
    if (!fits(text))
      return std::string{must};
    into = std::move(text);
    return std::nullopt;
  };
}

trouble read_uri(const json& value, sip_uri& into) {
  std::string text;
  if (auto wrong = read_text(value, text))
    return wrong;
  auto uri = parse_sip_uri(text);
  if (!uri)
    return "must be a SIP URI, as in `sip:host:5060;transport=tcp` or `sips:host`";
  into = std::move(*uri);
  return std::nullopt;
}

trouble read_server(const json& value, sip_uri& into) {
  if (auto wrong = read_uri(value, into))
    return wrong;
  if (!into.user.empty())
    return "must not name a user: numbers go in front of the @";
  return std::nullopt;
}

trouble read_agent(const json& value, std::optional<sip_uri>& into) {
  return read_uri(value, into.emplace());
}

trouble read_port(const json& value, std::uint16_t& into) {
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > 65'535)
    return "must be a port, or 0 for any that is free";
  into = value.get<std::uint16_t>();
  return std::nullopt;
}

trouble read_prefix(const json& value, std::string& into) {
  constexpr std::size_t longest_prefix = 8;
  if (!value.is_string())
    return "must be a text";
  const auto& text = value.get_ref<const std::string&>();
  auto dialled = [](char it) {
    return std::string_view{"+0123456789*#"}.find(it) != std::string_view::npos;
  };
  if (text.size() > longest_prefix || !std::ranges::all_of(text, dialled))
    return "must be up to 8 of the characters + 0 to 9 * #";
  into = text;
  return std::nullopt;
}

/// A whole number of `Unit` from `least` to `most`, or 0 where that means never.
template <class Unit>
auto span_of(std::int64_t least, std::int64_t most, bool or_zero = false) {
  return [=](const json& value, Unit& into) -> trouble {
    auto given = value.is_number_unsigned() ? value.get<std::uint64_t>() : ~0ULL;
    bool fits =
      given >= static_cast<std::uint64_t>(least) && given <= static_cast<std::uint64_t>(most);
    if (!fits && !(or_zero && given == 0))
      return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most)
             + (or_zero ? ", or 0" : "");
    into = Unit{static_cast<std::int64_t>(given)};
    return std::nullopt;
  };
}

const setting_readers<sip_settings>& readers() {
  using s = sip_settings;
  using milliseconds = std::chrono::milliseconds;
  using seconds = std::chrono::seconds;
  // The engine itself gives an attempt up after two hours; RFC 4028 knows no
  // session timer below 90 s.
  constexpr std::int64_t two_hours_ms = 7'200'000;
  constexpr std::string_view plain =
    "must be of plain characters, without blanks, colons, quotes and brackets";
  constexpr std::string_view host =
    "must be a host name or an address, as in `sip.example.com` or `[2001:db8::1]`";
  static const setting_readers<s> all{
    setting("server", &s::server, read_server),
    setting("domain", &s::domain, text_that(is_sip_host, host)),
    setting("username", &s::username, text_that(is_plain, plain)),
    setting("realm", &s::realm, text_that(has_no_quotes, "must not have quotes or backslashes")),
    setting("register", &s::registers),
    setting("register_expires_seconds", &s::registration, span_of<seconds>(30, 86'400)),
    setting(
      "listen_address", &s::listen_address, text_that(is_ip_address, "must be an IP address")),
    setting("listen_port", &s::listen_port, read_port),
    setting("public_address", &s::public_address, text_that(is_sip_host, host)),
    setting("tls_directory", &s::tls_directory, read_text),
    setting("tls_verify", &s::tls_verify),
    setting("assert_identity", &s::asserts_identity),
    setting("number_prefix", &s::number_prefix, read_prefix),
    setting("options_interval_ms", &s::options_interval, span_of<milliseconds>(100, 600'000, true)),
    setting("silence_ms", &s::silence, span_of<milliseconds>(100, 120'000)),
    setting("ring_timeout_ms", &s::ring_timeout, span_of<milliseconds>(100, 600'000)),
    setting("farewell_ms", &s::farewell, span_of<milliseconds>(100, 120'000)),
    setting("longest_call_ms", &s::longest_call, span_of<milliseconds>(100, two_hours_ms)),
    setting("session_expires_seconds", &s::session_expires, span_of<seconds>(90, 7'200, true)),
    setting("agent", &s::agent, read_agent),
    setting("agent_answer_ms", &s::agent_answer, span_of<milliseconds>(100, 60'000)),
    setting("hold_ms", &s::hold, span_of<milliseconds>(0, two_hours_ms))};
  return all;
}

} // namespace

std::variant<sip_settings, std::string> parse_sip_settings(std::string_view text) {
  auto read = read_settings(text, readers(), "a SIP trunk", deepest);
  const auto* settings = std::get_if<sip_settings>(&read);
  if (settings == nullptr)
    return read;
  if (settings->server.host.empty())
    return "server is missing: a SIP URI, as in `sip:sip.example.com`";
  if (settings->registers && settings->username.empty())
    return "register needs a username";
  if (settings->server.transport == sip_transport::tls && settings->tls_directory.empty())
    return "tls_directory is missing: a sips: server is checked by the cafile.pem in it";
  return read;
}

std::optional<std::string>
check_sip_secrets(const sip_settings& settings, const std::map<std::string, std::string>& secrets) {
  constexpr std::string_view password = "password";
  for (const auto& [name, value] : secrets)
    if (name != password)
      return cited(name) + " is not a secret of a SIP trunk: it has `password` alone";
  auto found = secrets.find(std::string{password});
  if (found == secrets.end())
    return settings.username.empty()
             ? std::nullopt
             : std::optional<std::string>{"username needs the secret `password`"};
  auto usable = [](char it) {
    return static_cast<unsigned char>(it) >= ' ' && it != 0x7f && it != ':';
  };
  if (
    found->second.empty() || found->second.size() > longest_text
    || !std::ranges::all_of(found->second, usable))
    return "password must be of 1 to 255 characters, none of them a colon or a control character";
  return std::nullopt;
}

} // namespace ringmaster::telephony
