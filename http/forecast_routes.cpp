// What a campaign would come to, before anybody is called.
#include "http/forecast_body.hpp"
#include "http/router.hpp"

#include <atomic>
#include <memory>

namespace ringmaster::http {

namespace {

constexpr std::string_view pattern = "/v1/campaigns/{campaign_id}/forecast";

outgoing forecast(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto look = with.views->look();
  auto id = id_in<events::campaign_id>(request.params.at(0));
  auto found = id ? look.campaign(*id) : std::nullopt;
  if (!found)
    return render(not_found("campaign_id", "campaign"));
  auto body = request.body.empty() ? std::variant<json, problem>{json::object()} : read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return render(*trouble);
  auto asked = question_of(*found, look.trunk(found->state.trunk), with.now());
  auto mix = read_forecast(std::get<json>(body), asked, with.now(), wrong);
  if (wrong.any())
    return render(wrong.as_problem());
  auto known = learn_from(look, *found);
  if (mix)
    known.tell(*mix);
  ordered answer{{"campaign_id", to_string(*id)}};
  answer.update(forecast_json(asked, known, domain::foresee(asked, known.odds)));
  return as_json(200, answer);
}

/// One at a time: a campaign of millions takes seconds, and lists on their way in
/// need the same threads.
handler one_at_a_time() {
  auto busy = std::make_shared<std::atomic_flag>();
  return [busy](const incoming& request, const services& with, const reply& answer) {
    if (busy->test_and_set())
      return answer(render(unavailable({"Another forecast is being made."})));
    auto made = safely(with, request.correlation, [&] { return forecast(request, with); });
    busy->clear();
    answer(std::move(made));
  };
}

} // namespace

bool takes_long(const incoming& request) {
  if (request.path.starts_with("/v1/webhooks"))
    return true; // they wait for the disk, and for a step of the deliveries
  return request.method == "POST" && match_path(pattern, request.path);
}

std::vector<route> forecast_routes() {
  return {{"POST", std::string{pattern}, one_at_a_time(), events::key_role::viewer}};
}

} // namespace ringmaster::http
