#include "http/routes.hpp"

#include "http/pages.hpp"
#include "http/router.hpp"
#include "http/webhook_routes.hpp"

#include <limits>

namespace ringmaster::http {

namespace {

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
       {"keys", "/v1/keys"},
       {"webhooks", "/v1/webhooks"},
       {"contract", "/openapi.json"},
       {"docs", "/docs"},
       {"health", "/healthz"}}}});
}

outgoing health(const incoming&, const services& with) {
  return as_json(200, {{"status", "ok"}, {"position", with.views->look().position()}});
}

outgoing readiness(const incoming&, const services& with) {
  bool ready = true;
  ordered checks = ordered::object();
  for (const auto& it : with.check_health()) {
    ready = ready && it.passed;
    checks[it.name] = {{"passed", it.passed}, {"detail", it.detail}};
  }
  auto answer =
    as_json(ready ? 200 : 503, {{"status", ready ? "ready" : "not_ready"}, {"checks", checks}});
  if (!ready)
    answer.headers.emplace_back("Retry-After", "1");
  return answer;
}

outgoing metrics(const incoming&, const services& with) {
  return {
    .status = 200,
    .headers = {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}},
    .body = with.metrics(),
    .stream = {}};
}

const std::vector<route>& all_routes() {
  constexpr bool open = true;
  static const std::vector<route> routes = [] {
    std::vector<route> all{
      {"GET", "/v1", at_once(index), {}, open},
      {"GET", "/healthz", at_once(health), {}, open},
      {"GET", "/v1/healthz", at_once(health), {}, open},
      {"GET", "/readyz", at_once(readiness), {}, open},
      {"GET", "/metrics", at_once(metrics)}};
    for (auto&& some :
         {callback_routes(),
          catalogue_routes(),
          campaign_routes(),
          docs_routes(),
          forecast_routes(),
          erasure_routes(),
          key_routes(),
          contact_routes(),
          report_routes(),
          result_routes(),
          run_routes(),
          trunk_routes(),
          webhook_routes()})
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

/// Does `work`, which answers; should it throw, the answer is a 500.
template <class Work>
void answered(const incoming& request, const services& with, const reply& answer, Work work) {
  auto done = guarded(with, request.correlation, [&] {
    work();
    return true;
  });
  if (!done)
    answer(render(internal_error()));
}

problem not_seen(sight how, std::uint64_t position) {
  auto which = "position " + std::to_string(position);
  if (how == sight::not_in_time)
    return unavailable({"The views do not show " + which + " yet."});
  faults wrong;
  wrong.meaning("wait_for", "The log has no " + which + " yet.");
  return wrong.as_problem();
}

/// A query may wait until the views show what a command answered. Not of those who need
/// no key: they would hold their connections at our cost.
void run(const route& to, incoming request, const services& with, reply answer) {
  bool waits = request.method == "GET" && request.query.contains("wait_for");
  if (!waits || to.open_to_all)
    return to.handle(request, with, std::move(answer));
  faults wrong;
  auto position =
    query_reader{request, wrong}.whole("wait_for", 0, std::numeric_limits<std::int64_t>::max());
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  with.when_visible(
    *position,
    with.longest_wait,
    [&to, &with, at = *position, request = std::move(request), answer](sight how) {
      if (how != sight::shown)
        return answer(render(not_seen(how, at)));
      answered(request, with, answer, [&] { to.handle(request, with, answer); });
    });
}

template <class... Tag>
bool is_any_id(const std::string& text, const events::id<Tag>&...) {
  return (events::parse_id<Tag>(text) || ...);
}

/// One of ours, which says nothing about anybody.
bool is_id(const std::string& text) {
  return is_any_id(
           text,
           events::campaign_id{},
           events::contact_list_id{},
           events::workflow_id{},
           events::trunk_id{},
           events::api_key_id{},
           events::webhook_id{})
         || events::parse_attempt_key(text);
}

std::string with_ids(std::string pattern, const std::vector<std::string>& params) {
  std::size_t at = 0;
  for (const auto& it : params) {
    at = pattern.find('{', at);
    auto length = pattern.find('}', at) + 1 - at;
    if (is_id(it))
      pattern.replace(at, length, it);
    at += is_id(it) ? it.size() : length;
  }
  return pattern;
}

void find_route(const incoming& request, const services& with, const reply& answer) {
  for (const auto& it : all_routes()) {
    auto params = it.method == request.method ? match_path(it.pattern, request.path) : std::nullopt;
    if (!params)
      continue;
    auto usual = request.method == "GET" ? events::key_role::viewer : events::key_role::operates;
    if (!it.open_to_all)
      if (auto no = not_allowed(request, it.least.value_or(usual)))
        return answer(render(*no));
    if (has_faulty_if_match(request)) {
      faults wrong;
      add_faulty_if_match(wrong);
      return answer(render(wrong.as_problem()));
    }
    auto routed = request;
    routed.params = *std::move(params);
    return run(it, std::move(routed), with, answer);
  }
  auto page = find_page(request, with.pages);
  answer(page ? *std::move(page) : no_route(request));
}

} // namespace

std::string path_to_log(std::string_view method, std::string_view path) {
  for (const auto& it : all_routes())
    if (it.method == method)
      if (auto params = match_path(it.pattern, path))
        return with_ids(it.pattern, *params);
  return "-";
}

void handle(const incoming& request, const services& with, reply answer) {
  answered(request, with, answer, [&] { find_route(request, with, answer); });
}

} // namespace ringmaster::http
