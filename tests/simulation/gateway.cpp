#include "simulation/gateway.hpp"

#include "app/engine_services.hpp"
#include "app/intake.hpp"
#include "http/campaign_body.hpp"

#include <memory>
#include <utility>

namespace ringmaster::simulation {

std::string result_token(const events::attempt_key& call) {
  return "rst_" + to_string(call);
}

http::services make_gateway(const gateway_parts& of) {
  http::services to;
  to.now = of.now;
  to.new_id = of.new_id;
  to.views = &of.door.library();
  to.generation = of.journal.generation();
  to.campaign_defaults = http::built_in_defaults();
  to.later = [later = of.later](std::function<void()> what) {
    later(std::move(what));
    return true;
  };
  app::wire_commands(to, of.door);
  app::wire_feed(to, of.door, of.journal);
  app::wire_vault(to, of.vault);
  to.begin_upload = [&vault = of.vault, &door = of.door, new_id = of.new_id](
                      http::upload::options how, http::origin by) {
    return app::begin_intake(vault, door, {new_id()}, std::move(how), std::move(by));
  };
  to.check_trunk = [](const auto&) { return std::vector<http::trunk_trouble>{}; };
  to.check_agent = [](const auto&, const auto&) { return std::nullopt; };
  to.check_secrets = [](auto, const auto&, const auto&, const auto&) { return std::nullopt; };
  to.secret_names = [](auto) { return std::vector<std::string>{}; };
  to.why_not_url = [](const auto&) { return std::nullopt; };
  to.is_result_token = [](const auto& call, auto token) { return token == result_token(call); };
  to.judge_call = [&door = of.door](
                    const events::attempt_key& call,
                    events::call_verdict verdict,
                    std::function<void(bool)> answer) {
    telephony::call_news news{
      .id = call,
      .reports = {},
      .receipt = std::make_shared<telephony::news_receipt>(std::move(answer))};
    news.reports.emplace_back(std::move(verdict));
    door.hear(std::move(news));
  };
  to.log = [](http::severity, const std::string&, std::uint64_t) {};
  return to;
}

} // namespace ringmaster::simulation
