#include "http/router.hpp"

#include <algorithm>
#include <limits>

namespace ringmaster::http {

namespace {

std::string_view next_part(std::string_view& rest) {
  auto end = rest.find('/', 1);
  auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
  return part;
}

outgoing index(const incoming&, const services& with) {
  return as_json(
    200,
    {{"name", "ringmaster"},
     {"generation", with.generation},
     {"position", with.views->look().position()},
     {"links",
      {{"contact_lists", "/v1/contact-lists"},
       {"workflows", "/v1/workflows"},
       {"trunks", "/v1/trunks"},
       {"campaigns", "/v1/campaigns"},
       {"health", "/healthz"}}}});
}

outgoing health(const incoming&, const services& with) {
  return as_json(200, {{"status", "ok"}, {"position", with.views->look().position()}});
}

const std::vector<route>& all_routes() {
  static const std::vector<route> routes = [] {
    std::vector<route> all{
      {"GET", "/", at_once(index)},
      {"GET", "/v1", at_once(index)},
      {"GET", "/healthz", at_once(health)},
      {"GET", "/v1/healthz", at_once(health)}};
    for (auto&& some : {catalogue_routes(), campaign_routes(), run_routes()})
      all.insert(all.end(), some.begin(), some.end());
    return all;
  }();
  return routes;
}

problem wrong_method(const std::string& allowed) {
  return {
    .status = 405,
    .slug = "method-not-allowed",
    .title = "This path does not know that method.",
    .detail = "Allowed: " + allowed + ".",
    .field = "",
    .more = "",
    .retry_after_seconds = {}};
}

outgoing no_route(const incoming& request) {
  std::string allowed;
  for (const auto& it : all_routes())
    if (match_path(it.pattern, request.path))
      allowed += (allowed.empty() ? "" : ", ") + it.method;
  if (allowed.empty())
    return render(not_found("", "path"));
  auto answer = render(wrong_method(allowed));
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

/// A query may wait until the views show what a command answered.
void run(const route& to, incoming request, const services& with, reply answer) {
  faults wrong;
  auto position =
    query_reader{request, wrong}.whole("wait_for", 0, std::numeric_limits<std::int64_t>::max());
  bool waits = request.method == "GET" && request.query.contains("wait_for");
  if (!waits)
    return to.handle(request, with, std::move(answer));
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  with.when_visible(*position, [&to, &with, request = std::move(request), answer] {
    try {
      to.handle(request, with, answer);
    } catch (...) {
      answer(render(internal_trouble()));
    }
  });
}

} // namespace

std::optional<std::vector<std::string>>
match_path(std::string_view pattern, std::string_view path) {
  std::vector<std::string> found;
  while (!pattern.empty() && !path.empty()) {
    auto wanted = next_part(pattern);
    auto given = next_part(path);
    if (wanted.starts_with("/{") && given.size() > 1)
      found.emplace_back(given.substr(1));
    else if (wanted != given)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty())
    return std::nullopt;
  return found;
}

void handle(const incoming& request, const services& with, reply answer) {
  try {
    for (const auto& it : all_routes()) {
      auto params =
        it.method == request.method ? match_path(it.pattern, request.path) : std::nullopt;
      if (!params)
        continue;
      auto routed = request;
      routed.params = *std::move(params);
      return run(it, std::move(routed), with, answer);
    }
    answer(no_route(request));
  } catch (...) {
    answer(render(internal_trouble()));
  }
}

handler at_once(outgoing (*work)(const incoming&, const services&)) {
  return [work](const incoming& request, const services& with, reply answer) {
    answer(safely([&] { return work(request, with); }));
  };
}

outgoing as_json(unsigned status, const ordered& body) {
  return {
    .status = status,
    .headers = {{"Content-Type", "application/json"}},
    .body = text_of(body) + "\n",
    .stream = {}};
}

problem not_found(const std::string& field, std::string_view what) {
  return {
    .status = 404,
    .slug = "not-found",
    .title = "There is no such thing here.",
    .detail = "There is no such " + std::string{what} + ".",
    .field = field,
    .more = "",
    .retry_after_seconds = {}};
}

problem internal_trouble() {
  return {
    .status = 500,
    .slug = "internal",
    .title = "The engine stumbled.",
    .detail = "Nothing about the request was wrong as far as we know.",
    .field = "",
    .more = "",
    .retry_after_seconds = {}};
}

problem refused(domain::refusal why, std::string detail, const ordered& more) {
  auto slug = std::string{domain::to_string(why)};
  std::ranges::replace(slug, '_', '-');
  return {
    .status = why == domain::refusal::not_found ? 404u : 409u,
    .slug = std::move(slug),
    .title = "A rule stands in the way.",
    .detail = std::move(detail),
    .field = "",
    .more = text_of(more),
    .retry_after_seconds = {}};
}

problem unavailable(const command_unavailable& why) {
  return {
    .status = 503,
    .slug = "unavailable",
    .title = "The engine cannot take this just now.",
    .detail = why.why,
    .field = "",
    .more = "",
    .retry_after_seconds = 1};
}

} // namespace ringmaster::http
