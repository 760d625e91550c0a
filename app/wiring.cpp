#include "app/wiring.hpp"

#include "actors/projector_actor.hpp"
#include "app/asking.hpp"
#include "app/chance.hpp"
#include "app/intake.hpp"
#include "app/log.hpp"
#include "app/metrics.hpp"
#include "domain/match.hpp"
#include "http/campaign_body.hpp"
#include "telephony/callback_token.hpp"
#include "web/dashboard.hpp"

#include <atomic>
#include <utility>

namespace ringmaster::app {

namespace {

/// Most of the log that one look for a campaign's events goes through.
constexpr std::uint64_t longest_look = 50'000;

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

class campaign_watch : public http::watch {
public:
  campaign_watch(actors::engine& engine, events::campaign_id id, std::function<void()> stir)
    : engine_{engine}, number_{engine.start_watch(id, std::move(stir))} {}
  campaign_watch(const campaign_watch&) = delete;
  campaign_watch& operator=(const campaign_watch&) = delete;
  ~campaign_watch() override { engine_.stop_watch(number_); }

  void rearm() override { engine_.rearm_watch(number_); }

private:
  actors::engine& engine_;
  std::uint64_t number_;
};

/// Up to what the views show, so that events never run ahead of the counts.
http::event_page events_after(
  const store::journal& journal,
  const projections::library& library,
  events::campaign_id campaign,
  std::uint64_t after,
  std::size_t most) {
  auto end = std::min(library.look().position(), after + longest_look);
  http::event_page page{.events = {}, .upto = after};
  if (end <= after)
    return page;
  journal.read(after + 1, [&](events::envelope&& it) {
    if (it.position > end || page.events.size() == most)
      return false;
    page.upto = it.position;
    if (actors::campaign_of(it.stream) == campaign)
      page.events.push_back(std::move(it));
    return true;
  });
  return page;
}

void wire_commands(http::services& to, actors::engine& engine) {
  to.create_workflow = [&](events::workflow_created what, http::origin by, http::on_answer answer) {
    auto stream = events::stream_of(what.workflow);
    engine.record(stream, std::move(what), as_asker(std::move(by)), then(std::move(answer)));
  };
  to.create_trunk = [&](events::trunk_created what, http::origin by, http::on_answer answer) {
    auto stream = events::stream_of(what.trunk);
    engine.record(stream, std::move(what), as_asker(std::move(by)), then(std::move(answer)));
  };
  to.edit_trunk = [&](events::trunk_edited what, http::origin by, http::on_answer answer) {
    auto stream = events::stream_of(what.trunk);
    engine.record(stream, std::move(what), as_asker(std::move(by)), then(std::move(answer)));
  };
  to.remove_trunk = [&](events::trunk_id id, http::origin by, http::on_answer answer) {
    engine.record(
      events::stream_of(id),
      events::trunk_removed{id},
      as_asker(std::move(by)),
      then(std::move(answer)));
  };
  to.create_key = [&](events::api_key_created what, http::origin by, http::on_answer answer) {
    auto stream = events::stream_of(what.key);
    engine.record(stream, std::move(what), as_asker(std::move(by)), then(std::move(answer)));
  };
  to.revoke_key = [&](events::api_key_id id, http::origin by, http::on_answer answer) {
    engine.record(
      events::stream_of(id),
      events::api_key_revoked{id},
      as_asker(std::move(by)),
      then(std::move(answer)));
  };
  to.command = [&](
                 events::campaign_id id,
                 domain::campaign_command what,
                 http::origin by,
                 http::on_answer answer) {
    engine.command(id, std::move(what), as_asker(std::move(by)), then(std::move(answer)));
  };
  to.order_contact = [&](
                       const events::contact_key& contact,
                       domain::contact_order what,
                       http::origin by,
                       http::on_answer answer) {
    engine.order_contact(contact, what, as_asker(std::move(by)), then(std::move(answer)));
  };
  to.cancel_line =
    [&](events::campaign_id id, domain::line_part which, http::origin by, http::on_answer answer) {
      engine.cancel_line(id, which, as_asker(std::move(by)), then(std::move(answer)));
    };
  to.breaker = [&](auto id, auto answer) { engine.breaker(id, std::move(answer)); };
  to.trunk_lines = [&](auto id, auto answer) { engine.trunk_lines(id, std::move(answer)); };
  to.when_visible = [&](auto position, auto call) {
    engine.when_visible(position, std::move(call));
  };
}

void wire_trunks(
  http::services& to, actors::engine& engine, const providers& kinds, store::secrets& secrets) {
  to.check_trunk = [&](const std::string& provider, const std::string& settings) {
    return kinds.trouble_with(provider, settings);
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

void wire_vault(http::services& to, store::vault& vault) {
  to.row = [&](events::contact_list_id list, std::uint32_t row) { return vault.row(list, row); };
  to.rows = [&](events::contact_list_id list, std::uint32_t first, std::size_t most) {
    return vault.rows(list, first, most);
  };
  to.result = [&](const events::attempt_key& attempt) { return vault.result_of(attempt); };
  to.rejects = [&](events::contact_list_id list) { return vault.open_rejects(list); };
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
  wire_vault(to, *of.vault);
  wire_answers(to, clock, *of.answers);
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
  to.watch_campaign = [&](events::campaign_id id, std::function<void()> stir) {
    return std::make_unique<campaign_watch>(engine, id, std::move(stir));
  };
  to.events_after = [&](events::campaign_id id, std::uint64_t after, std::size_t most) {
    return events_after(*of.journal, engine.library(), id, after, most);
  };
  return to;
}

} // namespace ringmaster::app
