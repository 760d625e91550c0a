#include "http/gatekeeper.hpp"

#include "domain/api_key.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace ringmaster::http {

namespace {

problem unknown_key() {
  return {
    .status = 401,
    .slug = "unknown-key",
    .title = "The key opens nothing here.",
    .detail = "It is not a key of this server, or it was revoked.",
    .field = "Authorization",
    .more = "",
    .retry_after_seconds = {}};
}

problem foreign_origin() {
  return {
    .status = 403,
    .slug = "foreign-origin",
    .title = "A web page or a proxy of elsewhere asks.",
    .detail = "Without keys only this machine is served, under its own names. Make a key to be "
              "asked from elsewhere.",
    .field = "",
    .more = "",
    .retry_after_seconds = {}};
}

std::string_view header(const incoming& request, const std::string& name) {
  auto found = request.headers.find(name);
  return found == request.headers.end() ? std::string_view{} : std::string_view{found->second};
}

/// Browsers can give a WebSocket no header of their own but the subprotocols.
std::string_view offered_key(std::string_view protocols) {
  while (!protocols.empty()) {
    auto end = protocols.find(',');
    auto one = protocols.substr(0, end);
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    one = one.substr(0, one.find_last_not_of(' ') + 1);
    if (one.starts_with(events::api_key_tag::prefix))
      return one;
    protocols = end == std::string_view::npos ? std::string_view{} : protocols.substr(end + 1);
  }
  return {};
}

/// The secret that the request shows, of whatever shape; empty: none.
std::string_view secret_in(const incoming& request) {
  constexpr std::string_view scheme = "bearer ";
  auto authorization = header(request, "authorization");
  auto same = [](char wanted, char given) {
    return wanted == given || wanted - 'a' + 'A' == given;
  };
  if (
    authorization.size() > scheme.size()
    && std::equal(scheme.begin(), scheme.end(), authorization.begin(), same))
    return authorization.substr(scheme.size());
  if (!authorization.empty())
    return authorization;
  auto key = header(request, "x-api-key");
  return key.empty() ? offered_key(header(request, "sec-websocket-protocol")) : key;
}

/// `localhost:8080` without the port.
std::string_view name_in(std::string_view host) {
  auto bracket = host.find(']');
  if (bracket != std::string_view::npos)
    return host.substr(0, bracket + 1);
  return host.substr(0, host.find(':'));
}

/// A proxy at this machine may let in the whole world.
bool was_forwarded(const incoming& request) {
  constexpr const char* tellers[]{
    "forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"};
  return std::ranges::any_of(tellers, [&](const char* it) { return request.headers.contains(it); });
}

/// A page that a browser on this machine shows may ask us what it likes, unless
/// we look who it is of: by its Origin, or, where it gave our address a name of
/// its own, by the Host.
bool is_from_here(const incoming& request) {
  auto host = header(request, "host");
  auto name = name_in(host);
  bool ours = host.empty() || name == "localhost" || name == "[::1]" || name.starts_with("127.");
  auto origin = header(request, "origin");
  return ours && !was_forwarded(request)
         && (origin.empty() || origin == "http://" + std::string{host});
}

} // namespace

std::optional<problem> recognise(incoming& request, const services& with, bool loopback_only) {
  auto secret = secret_in(request);
  if (secret.empty()) {
    if (!loopback_only || has_keys(with))
      return std::nullopt;
    if (!is_from_here(request))
      return foreign_origin();
    request.role = events::key_role::admin;
    return std::nullopt;
  }
  if (secret.starts_with(result_token_prefix))
    return std::nullopt; // nobody in particular; the route looks at it
  auto id = domain::key_named_by(secret);
  auto key = id ? with.views->look().api_key(*id) : std::nullopt;
  if (!key || key->revoked_at || !domain::opens(key->key, secret))
    return unknown_key();
  request.actor = key->key.name;
  request.role = key->key.role;
  request.key = *id;
  return std::nullopt;
}

std::string_view shown_result_token(const incoming& request) {
  auto secret = secret_in(request);
  return secret.starts_with(result_token_prefix) ? secret : std::string_view{};
}

bool is_still_welcome(events::api_key_id key, const services& with) {
  if (!key)
    return !has_keys(with);
  auto found = with.views->look().api_key(key);
  return found && !found->revoked_at;
}

bool has_keys(const services& with) {
  return !with.views->look().api_keys(std::nullopt, 1).items.empty();
}

} // namespace ringmaster::http
