#include "app/wiring.hpp"

#include "app/asking.hpp"
#include "app/chance.hpp"
#include "app/engine_services.hpp"
#include "app/intake.hpp"
#include "app/log.hpp"
#include "app/metrics.hpp"
#include "domain/match.hpp"
#include "http/campaign_body.hpp"
#include "telephony/callback_token.hpp"
#include "web/dashboard.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

namespace ringmaster::app {

namespace {

/// The same commands, and what comes of them is counted.
void count_commands(http::services& of, const std::shared_ptr<command_counts>& counts) {
  auto counted = [counts](http::on_answer answer) -> http::on_answer {
    return [counts, answer = std::move(answer)](const http::command_answer& what) {
      match(
        what,
        [&](const http::command_done&) { counts->done.add(); },
        [&](const http::command_refused&) { counts->refused.add(); },
        [&](const http::command_unavailable&) { counts->unavailable.add(); });
      answer(what);
    };
  };
  of.command = [counted, plain = std::move(of.command)](
                 events::campaign_id id,
                 domain::campaign_command what,
                 http::origin by,
                 http::on_answer answer) {
    plain(id, std::move(what), std::move(by), counted(std::move(answer)));
  };
}

void wire_trunks(
  http::services& to, actors::engine& engine, const providers& kinds, store::secrets& secrets) {
  to.check_trunk = [&](const events::trunk_created& trunk) { return kinds.troubles_with(trunk); };
  to.check_agent = [&](const events::trunk_created& trunk, const std::string& agent) {
    return kinds.trouble_with_agent(trunk, agent);
  };
  to.check_secrets = [&](
                       events::trunk_id trunk,
                       const std::string& provider,
                       const std::string& settings,
                       const http::trunk_secrets& given) {
    return kinds.trouble_with_secrets(trunk, provider, settings, given);
  };
  to.keep_secrets = [&](events::trunk_id trunk, const http::trunk_secrets& given) {
    for (const auto& [name, value] : given)
      secrets.put(to_string(trunk), name, value);
  };
  to.edit_trunk = [&](
                    events::trunk_edited what,
                    http::trunk_secrets given,
                    http::origin by,
                    http::on_answer answer) {
    auto trunk = what.trunk;
    std::erase_if(given, [&](const auto& it) {
      return secrets.find(to_string(trunk), it.first) == it.second; // is so already
    });
    auto changed =
      given.empty() ? nullptr
                    : std::make_shared<const actors::new_secrets>(secrets, trunk, std::move(given));
    engine.record(
      events::stream_of(trunk),
      std::move(what),
      as_asker(std::move(by)),
      then(std::move(answer)),
      std::move(changed));
  };
  to.remove_trunk = [&, plain = std::move(to.remove_trunk)](
                      events::trunk_id id, http::origin by, http::on_answer answer) {
    plain(id, std::move(by), [&, id, answer = std::move(answer)](const http::command_answer& it) {
      if (std::holds_alternative<http::command_done>(it))
        secrets.forget(to_string(id));
      answer(it);
    });
  };
  to.is_result_token = [&](const events::attempt_key& call, std::string_view token) {
    return kinds.is_result_token(call, token);
  };
  to.judge_call = [&](
                    const events::attempt_key& call,
                    events::call_verdict verdict,
                    std::function<void(bool)> answer) {
    telephony::call_news news{
      .id = call,
      .reports = {},
      .receipt = std::make_shared<telephony::news_receipt>(std::move(answer))};
    news.reports.emplace_back(std::move(verdict));
    engine.hear(std::move(news));
  };
  to.secret_names = [&](events::trunk_id trunk) { return secrets.names_of(to_string(trunk)); };
  to.receive_callback = [&](http::callback_request what, auto answer) {
    auto trunk = telephony::trunk_named_by(what.token);
    auto found = trunk ? engine.library().look().trunk(*trunk) : std::nullopt;
    if (!found || !kinds.takes_callbacks(found->trunk.provider, what.provider))
      return answer({.status = 404, .content_type = {}, .body = {}});
    engine.receive(
      *trunk,
      {.token = std::move(what.token),
       .query = std::move(what.query),
       .headers = std::move(what.headers),
       .body = std::move(what.body)},
      [answer = std::move(answer)](telephony::callback_reply it) {
        answer({it.status, std::move(it.content_type), std::move(it.body)});
      });
  };
}

void wire_answers(http::services& to, const engine_clock& clock, store::answer_book& book) {
  book.forget_before(clock.now() - http::answers_stand_for);
  to.answer_given = [&](const std::string& key) -> std::optional<http::given_answer> {
    auto kept = book.find(key);
    if (!kept || kept->kept_at + http::answers_stand_for <= clock.now())
      return std::nullopt;
    return http::given_answer{
      .digest = std::move(kept->digest),
      .what = {
        .status = kept->status,
        .headers = std::move(kept->headers),
        .body = std::move(kept->body),
        .stream = {}}};
  };
  to.keep_answer = [&](const events::request_mark& of, const http::outgoing& what) {
    auto now = clock.now();
    book.keep(
      of.key,
      {.kept_at = now,
       .digest = of.digest,
       .status = what.status,
       .headers = what.headers,
       .body = what.body},
      now - http::answers_stand_for);
  };
}

/// Beside the answers, under names that no request has.
std::string seed_name(const std::string& key) {
  return key + " seed";
}

void wire_seeds(http::services& to, const engine_clock& clock, store::answer_book& book) {
  to.seed_kept = [&](const std::string& key) -> std::optional<domain::secret_bytes> {
    auto kept = book.find(seed_name(key));
    domain::secret_bytes seed{};
    if (!kept || kept->body.size() != seed.size())
      return std::nullopt;
    std::ranges::copy(kept->body, seed.begin());
    return seed;
  };
  to.keep_seed = [&](const events::request_mark& of, const domain::secret_bytes& seed) {
    auto now = clock.now();
    book.keep(
      seed_name(of.key),
      {.kept_at = now,
       .digest = of.digest,
       .status = 0,
       .headers = {},
       .body = {seed.begin(), seed.end()}},
      now - http::answers_stand_for);
  };
}

void wire_erasures(http::services& to, eraser& erasing) {
  to.erase_row = [&](const domain::list_row& row, http::origin by, http::on_answer answer) {
    erasing.erase(row, as_asker(std::move(by)), then(std::move(answer)));
  };
  to.erase_number = [&](std::string phone_number, http::origin by, auto answer) {
    erasing.erase_number(
      std::move(phone_number), as_asker(std::move(by)), [answer = std::move(answer)](auto what) {
        auto* rows = std::get_if<eraser::erased_rows>(&what);
        answer(rows == nullptr ? std::nullopt : std::optional{std::move(*rows)});
      });
  };
}

} // namespace

http::services make_services(
  const engine_clock& clock,
  stores& of,
  actors::engine& engine,
  const providers& kinds,
  worker& copier,
  eraser& erasing,
  std::uint64_t reserve_bytes) {
  http::services to;
  to.campaign_defaults = http::built_in_defaults();
  to.later = [&](std::function<void()> what) { return copier.post(std::move(what)); };
  to.now = [&] { return clock.now(); };
  to.new_id = [&] { return new_id_number(clock.now()); };
  to.new_secret = random_secret;
  to.views = &engine.library();
  to.generation = of.journal->generation();
  to.pages = web::dashboard();
  wire_commands(to, engine);
  wire_trunks(to, engine, kinds, *of.secrets);
  wire_feed(to, engine, *of.journal);
  wire_vault(to, *of.vault);
  wire_answers(to, clock, *of.answers);
  wire_seeds(to, clock, *of.answers);
  wire_erasures(to, erasing);
  to.begin_upload = [&](http::upload::options how, http::origin by) {
    return begin_intake(
      *of.vault, engine, {new_id_number(clock.now())}, std::move(how), std::move(by));
  };
  to.log = [](http::severity how, const std::string& what, std::uint64_t request) {
    write_log(how, what, request);
  };
  to.log_request = [](const http::answered_request& what) { write_log(what); };
  auto counts = std::make_shared<command_counts>();
  count_commands(to, counts);
  to.metrics = [&of, &engine, counts, gateway = to.measures] {
    return metrics_page(of, engine.library(), *gateway, *counts);
  };
  to.check_health = [&of, &engine, reserve_bytes] {
    return check_health(of, engine.library(), reserve_bytes);
  };
  return to;
}

} // namespace ringmaster::app
