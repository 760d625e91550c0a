// What an operator asks of single contacts, or of all who are in line.
#include "actors/campaign_actor.hpp"
#include "actors/shell.hpp"
#include "domain/match.hpp"

#include <algorithm>

namespace ringmaster::actors {

namespace {

/// Appends of one sweep that are under way at a time: a few batches of the
/// journal, and little memory.
constexpr std::size_t widest_sweep = 1'000;

using receipt_promise = caf::typed_response_promise<campaign_receipt>;

void refuse(domain::refusal why, receipt_promise asker) {
  asker.deliver(caf::make_error(why));
}

domain::contact evolved(domain::contact state, const domain::contact_facts& facts) {
  for (const auto& fact : facts)
    state = domain::evolve(std::move(state), fact);
  return state;
}

append_request append_to(
  const events::contact_key& key,
  std::uint64_t version,
  const domain::contact_facts& facts,
  const origin& by) {
  return {
    .what =
      {.stream = events::stream_of(key),
       .expected_version = version,
       .events = as_events(facts),
       .actor = by.actor,
       .correlation = by.correlation,
       .request = by.request},
    .results = {}};
}

} // namespace

// -- one contact -----------------------------------------------------------------

caf::result<campaign_receipt> campaign_shell::accept(contact_request& request) {
  ++heard_;
  auto asker = self_->make_response_promise<campaign_receipt>();
  in_turn([this, request = std::move(request), asker] { carry_out(request, asker); });
  return asker;
}

void campaign_shell::carry_out(const contact_request& request, receipt_promise asker) {
  if (auto why = domain::why_no_order(state_, request.contact.row))
    return refuse(*why, asker);
  if (auto up = calls_.find(request.contact.row); up != calls_.end())
    return pass_on(request, up->second.contact, asker);
  appending_ = true;
  self_->request(peers_.projector, caf::infinite, await_position{last_position_})
    .await([this, request, asker](views_reached) { decide_in_line(request, asker); });
}

/// While a contact is called only its own actor writes of it. Should it be gone
/// when the order arrives, it has told us of its end before that.
void campaign_shell::pass_on(
  const contact_request& request, const contact_actor& to, receipt_promise asker) {
  self_->request(to, caf::infinite, request)
    .then(
      [this, asker](const campaign_receipt& at) mutable {
        last_position_ = std::max(last_position_, at.position);
        asker.deliver(at);
      },
      [this, request, asker](caf::error& why) mutable {
        if (why == caf::sec::request_receiver_down)
          in_turn([this, request, asker] { carry_out(request, asker); });
        else
          asker.deliver(std::move(why));
      });
}

void campaign_shell::decide_in_line(const contact_request& request, receipt_promise asker) {
  auto view = with_->library->look().contact(request.contact);
  auto contact = view ? std::move(view->state) : domain::contact{};
  auto version = view ? view->version : 0;
  auto decision = domain::decide(
    contact, domain::command_of(request.order, with_->now(), state_.settings.schedule));
  const auto* facts = std::get_if<domain::contact_facts>(&decision);
  if (facts != nullptr && !facts->empty())
    return append_in_line(request, std::move(contact), version, *facts, asker);
  appending_ = false;
  if (facts == nullptr)
    refuse(std::get<domain::refusal>(decision), asker);
  else
    asker.deliver(campaign_receipt{.position = 0, .in_flight = calls_.size()});
  carry_out_deferred();
}

void campaign_shell::append_in_line(
  const contact_request& request,
  domain::contact before,
  std::uint64_t version,
  const domain::contact_facts& facts,
  receipt_promise asker) {
  auto row = request.contact.row;
  auto after = evolved(std::move(before), facts);
  self_
    ->request(
      peers_.journal, caf::infinite, append_to(request.contact, version, facts, request.origin))
    .await(
      [this, row, after, asker](const receipt& at) mutable {
        appending_ = false;
        last_position_ = std::max(last_position_, at.last_position);
        line_->remove(row);
        if (after.phase == domain::contact_phase::waiting)
          line_->wait(row, after, at.version);
        else
          ++finished_;
        asker.deliver(campaign_receipt{.position = at.last_position, .in_flight = calls_.size()});
        fill_soon();
        carry_out_deferred();
      },
      [this, asker](caf::error& why) { not_appended(why, asker); });
}

// -- all who are in line ---------------------------------------------------------

caf::result<campaign_receipt> campaign_shell::accept(line_request& request) {
  ++heard_;
  auto asker = self_->make_response_promise<campaign_receipt>();
  in_turn([this, request = std::move(request), asker] { begin_sweep(request, asker); });
  return asker;
}

/// Nobody is picked until the sweep is over: who is in line stays there.
void campaign_shell::begin_sweep(const line_request& request, receipt_promise asker) {
  if (auto why = domain::why_no_order(state_, 1))
    return refuse(*why, asker);
  sweeping_.emplace();
  sweeping_->part = request.part;
  sweeping_->by = request.origin;
  sweeping_->by.request.reset(); // one that is cut short and sent again goes on
  sweeping_->asker = asker;
  fill_soon();                   // gives the lines back
  call_back_those_asked_about(); // they are in line until the hook says otherwise
  self_->request(peers_.projector, caf::infinite, await_position{last_position_})
    .then([this](views_reached) {
      sweeping_->begun = true;
      sweep_if_quiet();
    });
}

void campaign_shell::sweep_if_quiet() {
  if (sweeping_ && sweeping_->begun && sweeping_->open == 0 && asked_.empty())
    sweep_on();
}

void campaign_shell::sweep_on() {
  auto& it = *sweeping_;
  auto look = with_->library->look();
  while (it.open < widest_sweep && !it.refused) {
    auto who = line_->take(it.part);
    if (!who)
      break;
    cancel_in_line(*std::move(who), look);
  }
  if (it.open > 0)
    return; // goes on when these are on disk
  if (line_->must_reload() && !it.refused)
    return read_line([this] { sweep_on(); });
  end_sweep();
}

void campaign_shell::cancel_in_line(
  domain::lineup::candidate who, const projections::library_view& look) {
  events::contact_key key{id_, who.row};
  if (!who.state) {
    auto view = look.contact(key);
    who.state = view ? view->state : domain::contact{};
    who.version = view ? view->version : 0;
  }
  auto decision = domain::decide(*who.state, domain::cancel_contact{});
  const auto& facts = std::get<domain::contact_facts>(decision);
  ++sweeping_->open;
  self_->request(peers_.journal, caf::infinite, append_to(key, who.version, facts, sweeping_->by))
    .then(
      [this](const receipt& at) {
        last_position_ = std::max(last_position_, at.last_position);
        ++finished_;
        ++sweeping_->swept;
        if (--sweeping_->open == 0)
          sweep_on();
      },
      [this, who](caf::error& why) {
        if (why == append_refusal::conflict)
          store::fatal("can't cancel a contact", caf::to_string(why));
        if (why != append_refusal::busy)
          return self_->quit(std::move(why)); // the engine is stopping
        line_->give_back(who);
        sweeping_->refused = true;
        if (--sweeping_->open == 0)
          sweep_on();
      });
}

void campaign_shell::cancel_erased(domain::lineup::candidate who) {
  events::contact_key key{id_, who.row};
  auto decision = domain::decide(*who.state, domain::cancel_contact{});
  const auto& facts = std::get<domain::contact_facts>(decision);
  appending_ = true;
  self_->request(peers_.journal, caf::infinite, append_to(key, who.version, facts, {}))
    .await(
      [this](const receipt& at) {
        appending_ = false;
        last_position_ = std::max(last_position_, at.last_position);
        ++finished_;
        fill_soon();
        carry_out_deferred();
      },
      [this, who](caf::error& why) {
        line_->give_back(who);
        not_appended(why, {});
      });
}

void campaign_shell::end_sweep() {
  auto done = *std::exchange(sweeping_, std::nullopt);
  if (done.refused)
    done.asker.deliver(caf::make_error(append_refusal::busy));
  else
    done.asker.deliver(campaign_receipt{
      .position = done.swept == 0 ? 0 : last_position_,
      .in_flight = calls_.size(),
      .contacts = done.swept});
  fill_soon();
  carry_out_deferred();
}

} // namespace ringmaster::actors
