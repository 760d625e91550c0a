// What a campaign would come to, before anybody is called.
#include "http/forecast_body.hpp"
#include "http/router.hpp"

#include <atomic>
#include <memory>

namespace ringmaster::http {

namespace {

constexpr std::string_view of_campaign = "/v1/campaigns/{campaign_id}/forecast";
constexpr std::string_view of_plan = "/v1/forecasts";

outgoing forecast_campaign(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto look = with.views->look();
  auto id = id_in<events::campaign_id>(request.params.at(0));
  auto found = id ? look.campaign(*id) : std::nullopt;
  if (!found)
    return render(not_found("campaign_id", "campaign"));
  auto body = read_body_or_nothing(request);
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

/// A campaign that is not saved, and is not by this.
outgoing forecast_plan(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto body = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return render(*trouble);
  auto look = with.views->look();
  auto plan = read_plan(std::get<json>(body), with.campaign_defaults, look, with.now(), wrong);
  if (wrong.any())
    return render(wrong.as_problem());
  auto known = learn_from(look, plan.trunk);
  if (plan.mix)
    known.tell(*plan.mix);
  return as_json(200, forecast_json(plan.asked, known, domain::foresee(plan.asked, known.odds)));
}

/// One at a time, whichever it is: a campaign of millions takes seconds, and lists
/// on their way in need the same threads.
handler one_at_a_time(
  const std::shared_ptr<std::atomic_flag>& busy,
  outgoing (*work)(const incoming&, const services&)) {
  return [busy, work](const incoming& request, const services& with, const reply& answer) {
    if (busy->test_and_set())
      return answer(render(unavailable({"Another forecast is being made."})));
    auto made = safely(with, request.correlation, [&] { return work(request, with); });
    busy->clear();
    answer(std::move(made));
  };
}

} // namespace

bool takes_long(const incoming& request) {
  if (request.path.starts_with("/v1/webhooks"))
    return true; // they wait for the disk, and for a step of the deliveries
  return request.method == "POST"
         && (request.path == of_plan || match_path(of_campaign, request.path));
}

std::vector<route> forecast_routes() {
  constexpr auto viewer = events::key_role::viewer;
  auto busy = std::make_shared<std::atomic_flag>();
  return {
    {"POST", std::string{of_campaign}, one_at_a_time(busy, forecast_campaign), viewer},
    {"POST", std::string{of_plan}, one_at_a_time(busy, forecast_plan), viewer}};
}

} // namespace ringmaster::http
