#include "app/engine_services.hpp"

#include "actors/projector_actor.hpp"
#include "app/asking.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace ringmaster::app {

namespace {

/// Most of the log that one look for a campaign's events goes through.
constexpr std::uint64_t longest_look = 50'000;

class campaign_watch : public http::watch {
public:
  campaign_watch(actors::doorway& engine, events::campaign_id id, std::function<void()> stir)
    : engine_{engine}, number_{engine.start_watch(id, std::move(stir))} {}
  campaign_watch(const campaign_watch&) = delete;
  campaign_watch& operator=(const campaign_watch&) = delete;
  ~campaign_watch() override { engine_.stop_watch(number_); }

  void rearm() override { engine_.rearm_watch(number_); }

private:
  actors::doorway& engine_;
  std::uint64_t number_;
};

http::sight as_sight(actors::sight it) {
  switch (it) {
  case actors::sight::shown: return http::sight::shown;
  case actors::sight::beyond_the_log: return http::sight::beyond_the_log;
  case actors::sight::not_in_time: break;
  }
  return http::sight::not_in_time;
}

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

} // namespace

void wire_commands(http::services& to, actors::doorway& engine) {
  to.create_workflow = [&](events::workflow_created what, http::origin by, http::on_answer answer) {
    auto stream = events::stream_of(what.workflow);
    engine.record(stream, std::move(what), as_asker(std::move(by)), then(std::move(answer)));
  };
  to.create_trunk = [&](events::trunk_created what, http::origin by, http::on_answer answer) {
    auto stream = events::stream_of(what.trunk);
    engine.record(stream, std::move(what), as_asker(std::move(by)), then(std::move(answer)));
  };
  to.edit_trunk = [&](
                    events::trunk_edited what,
                    const http::trunk_secrets&, // there is nowhere to keep them
                    http::origin by,
                    http::on_answer answer) {
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
  to.when_visible = [&](auto position, auto within, auto call) {
    engine.when_visible(
      position, within, [call = std::move(call)](actors::sight how) { call(as_sight(how)); });
  };
}

void wire_feed(http::services& to, actors::doorway& engine, const store::journal& journal) {
  to.watch_campaign = [&](events::campaign_id id, std::function<void()> stir) {
    return std::make_unique<campaign_watch>(engine, id, std::move(stir));
  };
  to.events_after = [&](events::campaign_id id, std::uint64_t after, std::size_t most) {
    return events_after(journal, engine.library(), id, after, most);
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

} // namespace ringmaster::app
