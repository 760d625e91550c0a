#include "app/telling.hpp"

#include "app/asking.hpp"
#include "app/chance.hpp"
#include "domain/match.hpp"
#include "domain/pre_dial.hpp"
#include "http_client/reach.hpp"
#include "http_client/url.hpp"
#include "measures/measures.hpp"
#include "webhooks/pre_dial.hpp"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

namespace ringmaster::app {

namespace {

/// A webhook's own secret, by its owner, the webhook.
constexpr std::string_view signing = "signing";
/// Of a campaign's pre-dial hook, before what tells one from the next.
constexpr std::string_view hook_signing = "hook_";

std::int64_t unix_seconds() {
  auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(since).count();
}

double any_fraction() {
  constexpr double most = 65'535;
  auto bytes = random_secret();
  return (bytes[0] * 256 + bytes[1]) / most;
}

std::optional<std::string> why_not_url(const std::string& text, bool private_addresses) {
  auto url = http_client::parse_url(text);
  if (auto* why = std::get_if<std::string>(&url))
    return std::move(*why);
  if (!private_addresses && http_client::is_private_host(std::get<http_client::url>(url).host))
    return "leads to an address that is not of the public Internet";
  return std::nullopt;
}

http::webhook_standing as_standing(const webhooks::standing& it) {
  return {
    .position = it.position,
    .lag = it.lag,
    .waiting = it.owed,
    .parked = it.parked,
    .next_try_at = it.next_try_at,
    .delivered_at = it.past.delivered_at,
    .failed_at = it.past.failed_at,
    .last_error = it.past.last_error};
}

std::string metrics_of(webhooks::deliveries& of) {
  auto number = [](std::uint64_t it) { return static_cast<double>(it); };
  const auto& counts = of.measures();
  auto now = of.count();
  measures::page page;
  page.counters("ringmaster_webhook_deliveries_total", "Tries to tell a webhook of an event.")
    .value(number(counts.delivered.value()), {{"result", "taken"}})
    .value(number(counts.failed.value()), {{"result", "failed"}});
  page.counters("ringmaster_webhook_parked_total", "Events that a webhook did not take for a day.")
    .value(number(counts.parked.value()));
  page.gauges("ringmaster_webhook_parked_events", "Events that are parked now.")
    .value(number(now.parked));
  page
    .gauges(
      "ringmaster_webhook_lag_events",
      "Events that the webhook farthest behind has yet to hear of.")
    .value(number(now.most_lag));
  page.gauges("ringmaster_webhook_requests", "Requests to webhooks that are under way.")
    .value(number(counts.on_their_way.load()));
  return page.take();
}

/// `owner/name`, as settings have it.
std::optional<std::string> find_secret(const store::secrets& in, const std::string& where) {
  auto slash = where.find('/');
  return slash == std::string::npos ? std::nullopt
                                    : in.find(where.substr(0, slash), where.substr(slash + 1));
}

} // namespace

telling::telling(const engine_clock& clock, stores& of, bool private_addresses)
  : stores_{of}, private_addresses_{private_addresses}, views_{*of.views},
    client_{std::make_unique<http_client::client>(
      http_client::settings{.private_addresses = private_addresses})},
    courier_{ports(clock), [&clock](events::duration it) { return clock.real_time(it); }} {}

webhooks::deliveries::ports telling::ports(const engine_clock& clock) {
  return {
    .now = [&clock] { return clock.now(); },
    .unix_seconds = unix_seconds,
    .chance = any_fraction,
    .journal = stores_.journal.get(),
    .views = &views_,
    .outbox = stores_.outbox.get(),
    .secret =
      [this](events::webhook_id id) { return stores_.secrets->find(to_string(id), signing); },
    .send =
      [this](http_client::request what, std::function<void(http_client::result)> then) {
        client_->send(std::move(what), std::move(then));
      },
    .disable =
      [this](const projections::webhook_view& what, std::string why) {
        disable(what, std::move(why));
      },
    .stir = {}};
}

/// Unless somebody has changed it meanwhile.
void telling::disable(const projections::webhook_view& what, std::string why) {
  spdlog::warn("webhook {} is disabled: {}", to_string(what.id), why);
  events::webhook_edited edit{
    .webhook = what.id, .settings = what.settings, .reason = std::move(why)};
  edit.settings.enabled = false;
  engine_->record(
    events::stream_of(what.id),
    std::move(edit),
    {.actor = "system", .seen_version = what.version},
    [this](const actors::answer&) { courier_.work().look_again(); });
}

decltype(actors::engine::parts::ask_hook) telling::hook_asker() const {
  // A client of its own, which ends with the engine and not before it.
  auto client = std::make_shared<http_client::client>(
    http_client::settings{.private_addresses = private_addresses_, .body_limit = 64 << 10});
  return [client, &secrets = *stores_.secrets](domain::hook_question what, auto then) {
    webhooks::ask_pre_dial(
      {.unix_seconds = unix_seconds,
       .secret = [&secrets](const std::string& where) { return find_secret(secrets, where); },
       .send =
         [client](http_client::request it, std::function<void(http_client::result)> answer) {
           client->send(std::move(it), std::move(answer));
         }},
      what,
      std::move(then));
  };
}

void telling::begin(actors::engine& engine) {
  engine_ = &engine;
  courier_.start();
}

void telling::wire(http::services& to, actors::engine& engine, worker& on) {
  wire_commands(to, engine, on);
  auto& work = courier_.work();
  to.webhooks.stands = [&work](events::webhook_id id) {
    auto it = work.stands(id);
    return it ? std::optional{as_standing(*it)} : std::nullopt;
  };
  to.webhooks.parked = [this](events::webhook_id id, std::uint64_t after, std::size_t most) {
    std::vector<http::parked_event> all;
    for (auto& it : stores_.outbox->parked(id, after, most))
      all.push_back({it.position, it.campaign, it.parked_at, std::move(it.why)});
    return all;
  };
  to.webhooks.retry_parked = [&work](events::webhook_id id) { return work.retry_parked(id); };
  to.webhooks.replay = [&work](events::webhook_id id, std::uint64_t from) {
    return work.replay(id, from);
  };
  to.webhooks.try_out = [this, &work](events::webhook_id id, auto then) {
    auto webhook = views_.look().webhook(id);
    if (!webhook)
      return then(http::webhook_trial{.status = 0, .error = "it was removed"});
    work.try_out(*webhook, [then = std::move(then)](const webhooks::trial& how) {
      then(http::webhook_trial{how.status, how.error});
    });
  };
  to.why_not_url = [allowed = private_addresses_](const std::string& url) {
    return why_not_url(url, allowed);
  };
  to.keep_hook_secret = [this,
                         id = to.new_id](events::campaign_id owner, const std::string& secret) {
    auto name = std::string{hook_signing} + events::to_base32(id());
    stores_.secrets->put(to_string(owner), name, secret);
    return to_string(owner) + '/' + name;
  };
  to.metrics = [&work, plain = std::move(to.metrics)] { return plain() + metrics_of(work); };
}

void telling::wire_commands(http::services& to, actors::engine& engine, worker& on) {
  auto record =
    [this, &engine, &on](
      events::webhook_id id, events::event what, http::origin by, http::on_answer answer) {
      engine.record(
        events::stream_of(id),
        std::move(what),
        as_asker(std::move(by)),
        [this, &on, answer = then(std::move(answer))](const actors::answer& it) {
          courier_.work().look_again();
          // Who answers looks where the webhook stands, for which it may have to wait.
          if (!on.post([answer, it] { answer(it); }))
            answer(it);
        });
    };
  to.create_webhook =
    [this, record, &on](
      events::webhook_created what, std::string secret, http::origin by, http::on_answer answer) {
      bool taken = on.post([this, record, what, secret = std::move(secret), by, answer] {
        stores_.secrets->put(to_string(what.webhook), signing, secret);
        record(what.webhook, what, by, answer);
      });
      if (!taken)
        answer(http::command_unavailable{"too many requests are waiting"});
    };
  to.edit_webhook = [record](events::webhook_edited what, http::origin by, http::on_answer answer) {
    record(what.webhook, what, std::move(by), std::move(answer));
  };
  to.remove_webhook = [this,
                       record](events::webhook_id id, http::origin by, http::on_answer answer) {
    record(
      id,
      events::webhook_removed{id},
      std::move(by),
      [this, id, answer = std::move(answer)](const http::command_answer& it) {
        if (std::holds_alternative<http::command_done>(it))
          stores_.secrets->forget(to_string(id));
        answer(it);
      });
  };
}

void telling::stop() {
  courier_.stop();
  client_.reset(); // what it was at is sent again after the next start
}

} // namespace ringmaster::app
