#include "http_client/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace ringmaster::http_client {

namespace {

constexpr std::size_t longest_url = 4'000;

/// What is not a visible ASCII character has no place in a request line.
bool is_visible(char it) {
  return it > 0x20 && it < 0x7f;
}

bool is_of_a_host(char it) {
  return (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z') || (it >= '0' && it <= '9')
         || it == '.' || it == '-' || it == '_';
}

bool is_of_an_ipv6_address(char it) {
  return (it >= 'a' && it <= 'f') || (it >= 'A' && it <= 'F') || (it >= '0' && it <= '9')
         || it == '.' || it == ':';
}

bool is_port(std::string_view text) {
  std::uint16_t port = 0;
  auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), port);
  return failed == std::errc{} && end == text.data() + text.size() && port != 0;
}

/// Fills in host and port; empty, or what is wrong.
std::string read_authority(std::string_view text, url& into) {
  if (text.find('@') != text.npos)
    return "must not hold a user name or password";
  bool bracketed = text.starts_with('[');
  auto host_end = bracketed ? text.find(']') : text.find(':');
  if (bracketed && host_end == text.npos)
    return "has an address without its closing bracket";
  auto host = text.substr(bracketed ? 1 : 0, host_end - (bracketed ? 1 : 0));
  if (host.empty() || !std::ranges::all_of(host, bracketed ? is_of_an_ipv6_address : is_of_a_host))
    return "has no valid host";
  into.host = host;
  auto rest =
    host_end == text.npos ? std::string_view{} : text.substr(host_end + (bracketed ? 1 : 0));
  if (rest.empty())
    return {};
  if (!rest.starts_with(':') || !is_port(rest.substr(1)))
    return "has no valid port";
  into.port = rest.substr(1);
  return {};
}

} // namespace

std::string url::authority() const {
  auto named = host.find(':') == host.npos ? host : "[" + host + "]";
  return port == (secure ? "443" : "80") ? named : named + ":" + port;
}

std::variant<url, std::string> parse_url(std::string_view text) {
  if (text.size() > longest_url)
    return "is longer than " + std::to_string(longest_url) + " characters";
  if (!std::ranges::all_of(text, is_visible))
    return "holds a character that must be percent-encoded";
  url it;
  constexpr std::string_view secured = "https://";
  constexpr std::string_view plain = "http://";
  it.secure = text.starts_with(secured);
  if (!it.secure && !text.starts_with(plain))
    return "must begin with https:// or http://";
  it.port = it.secure ? "443" : "80";
  text.remove_prefix(it.secure ? secured.size() : plain.size());
  text = text.substr(0, text.find('#'));
  auto path = text.find_first_of("/?");
  if (auto wrong = read_authority(text.substr(0, path), it); !wrong.empty())
    return wrong;
  it.target = path == text.npos ? "/" : text.substr(path);
  if (it.target.starts_with('?'))
    it.target.insert(0, 1, '/');
  return it;
}

} // namespace ringmaster::http_client
