#include "webhooks/deliveries.hpp"

#include "domain/webhook.hpp"
#include "events/codec.hpp"
#include "events/json_text.hpp"
#include "webhooks/signature.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace ringmaster::webhooks {

using events::instant;

namespace {

constexpr std::size_t most_on_their_way = 64;
constexpr std::uint64_t longest_look = 2'000; // events of the log
/// How often the cursors are written: what was taken since is sent again after a crash.
constexpr std::chrono::seconds save_interval{1};
constexpr std::chrono::seconds patience{10}; // with one request
constexpr unsigned gone = 410;
constexpr std::chrono::minutes halt{1}; // long enough for a webhook to be disabled

/// Why an answer is none that we wanted; empty: it is.
std::string complaint(const http_client::result& of) {
  if (const auto* answer = std::get_if<http_client::response>(&of))
    return answer->status / 100 == 2 ? "" : "it answered " + std::to_string(answer->status);
  if (const auto* not_sent = std::get_if<http_client::not_sent>(&of))
    return not_sent->why;
  return std::get<http_client::unanswered>(of).why;
}

unsigned status_of(const http_client::result& of) {
  const auto* answer = std::get_if<http_client::response>(&of);
  return answer == nullptr ? 0 : answer->status;
}

std::string body_of(const events::envelope& it) {
  std::string body = "{\"type\":";
  events::append_json_string(body, events::type_of(it.event));
  body += ",\"timestamp\":";
  events::append_json_string(body, events::to_rfc3339(it.recorded_at));
  return body + ",\"data\":" + events::to_json(it) + "}";
}

std::optional<events::envelope> event_at(const store::journal& log, std::uint64_t position) {
  std::optional<events::envelope> found;
  log.read(position, [&](events::envelope&& it) {
    found = std::move(it);
    return false;
  });
  return found;
}

/// Where a log that was made from a backup began to go its own way.
std::uint64_t restored_at(const store::journal& log) {
  auto position = log.head().position;
  log.read(1, [&](events::envelope&& it) {
    if (const auto* restored = std::get_if<events::log_restored>(&it.event))
      position = restored->position;
    return true;
  });
  return position;
}

} // namespace

deliveries::deliveries(ports with) : with_{std::move(with)} {}

// -- one step --------------------------------------------------------------------

std::optional<instant> deliveries::step() {
  std::lock_guard lock{mutex_};
  auto now = with_.now();
  if (look_.exchange(false))
    look();
  take_arrivals(now);
  send_due(now);
  bool more = read_on(now);
  send_due(now);
  if (save_at_ && *save_at_ <= now)
    save();
  return more ? std::optional{now} : next_step(now);
}

void deliveries::look_again() {
  look_ = true;
  with_.stir();
}

void deliveries::look() {
  if (!std::exchange(begun_, true))
    begin_log();
  recipients before = std::exchange(recipients_, {});
  for (auto& it : with_.views->look().webhooks(std::nullopt, domain::most_webhooks).items) {
    auto id = it.id;
    if (auto known = before.extract(id))
      recipients_.insert(std::move(known));
    auto& his = recipients_[id];
    if (!his.line)
      open_line(his, it);
    if (his.what.version != it.version)
      his.halted_until = {};
    his.what = std::move(it);
  }
  for (const auto& [id, removed] : before)
    with_.outbox->forget(id);
}

/// Positions of another log are none of this one: where a backup ends, the two
/// are the same.
void deliveries::begin_log() {
  const auto& generation = with_.journal->generation();
  auto known = with_.outbox->generation();
  if (known == generation)
    return;
  auto end = known.empty() ? with_.journal->head().position : restored_at(*with_.journal);
  std::vector<store::outbox_changes> all;
  for (const auto& it : with_.views->look().webhooks(std::nullopt, domain::most_webhooks).items)
    if (auto stood = with_.outbox->cursor(it.id); stood && *stood > end)
      all.push_back({.webhook = it.id, .cursor = end});
  with_.outbox->write(all);
  with_.outbox->set_generation(generation);
}

void deliveries::open_line(recipient& of, const projections::webhook_view& what) {
  of.line = std::make_unique<queue>(what.id, what.created_position, *with_.outbox);
  of.round = ++rounds_;
}

bool deliveries::is_served(const recipient& it, instant now) {
  return it.what.settings.enabled && it.halted_until <= now;
}

// -- what came back --------------------------------------------------------------

void deliveries::take_arrivals(instant now) {
  std::vector<arrival> all;
  {
    std::lock_guard lock{arrivals_mutex_};
    all.swap(arrivals_);
  }
  on_their_way_ -= all.size();
  measures_.on_their_way = on_their_way_;
  for (const auto& it : all) {
    auto found = recipients_.find(it.to);
    if (found != recipients_.end() && found->second.round == it.round)
      settle(found->second, it, now);
  }
}

void deliveries::settle(recipient& of, const arrival& it, instant now) {
  save_at_ = save_at_.value_or(now + save_interval);
  if (status_of(it.result) == gone) {
    of.line->put_back(it.what);
    if (of.halted_until <= now)
      with_.disable(of.what, "it answered 410 Gone");
    of.halted_until = now + halt; // should that fail, it is asked again
    return;
  }
  auto why = complaint(it.result);
  auto parked = of.line->past().parked;
  if (why.empty())
    of.line->delivered(it.what, now);
  else
    of.line->failed(it.what, std::move(why), now, with_.chance());
  (status_of(it.result) / 100 == 2 ? measures_.delivered : measures_.failed).add();
  measures_.parked.add(of.line->past().parked - parked);
}

// -- what comes next -------------------------------------------------------------

/// One look at the log for all who stand at the same place, the one that is
/// farthest behind. True: there is more.
bool deliveries::read_on(instant now) {
  auto wants = [&](const recipient& it) { return is_served(it, now) && it.line->has_room(); };
  if (std::ranges::none_of(recipients_, [&](const auto& it) { return wants(it.second); }))
    return false;
  auto end = with_.views->look().position(); // so that nobody hears what a query does not show
  auto reads = [&](const recipient& it) { return wants(it) && it.line->read_up_to() < end; };
  auto from = end;
  for (const auto& [id, it] : recipients_)
    if (reads(it))
      from = std::min(from, it.line->read_up_to());
  if (from == end)
    return false;
  save_at_ = save_at_.value_or(now + save_interval);
  auto last = std::min(end, from + longest_look);
  with_.journal->read(from + 1, [&](events::envelope&& event) {
    bool anybody = false;
    for (auto& [id, it] : recipients_)
      if (event.position <= last && reads(it) && it.line->read_up_to() + 1 == event.position) {
        bool wanted = domain::is_wanted(
          it.what.settings, it.what.campaign, event.stream, events::type_of(event.event));
        it.line->take_in(
          wanted ? std::optional{events::campaign_id{event.stream.id}} : std::nullopt, now);
        anybody = true;
      }
    return anybody;
  });
  return std::ranges::any_of(recipients_, [&](const auto& it) { return reads(it.second); });
}

/// In turn, one of each, so that nobody's backlog keeps others from their news.
void deliveries::send_due(instant now) {
  bool sent = true;
  while (std::exchange(sent, false))
    for (auto& [id, it] : recipients_) {
      if (!is_served(it, now) || on_their_way_ >= most_on_their_way)
        continue;
      if (auto next = it.line->next(now)) {
        send(it, *next);
        sent = true;
      }
    }
}

void deliveries::send(recipient& to, const delivery& what) {
  ++on_their_way_;
  measures_.on_their_way = on_their_way_;
  auto arrive = [this, id = to.what.id, round = to.round, what](http_client::result result) {
    {
      std::lock_guard lock{arrivals_mutex_};
      arrivals_.push_back({id, round, what, std::move(result)});
    }
    with_.stir();
  };
  auto event = event_at(*with_.journal, what.position);
  auto request = request_for(
    to.what,
    "evt_" + with_.journal->generation() + '_' + std::to_string(what.position),
    body_of(event.value()));
  if (request)
    with_.send(*std::move(request), std::move(arrive));
  else
    arrive(http_client::not_sent{"its secret is gone"});
}

std::optional<http_client::request> deliveries::request_for(
  const projections::webhook_view& to, const std::string& id, std::string body) const {
  auto secret = with_.secret(to.id);
  auto key = secret ? domain::webhook_key_in(*secret) : std::nullopt;
  if (!key)
    return std::nullopt; // nobody could tell that it is from us
  http_client::request it{.url = to.settings.url, .timeout = patience};
  it.headers = signature_fields(*key, id, with_.unix_seconds(), body);
  it.headers.emplace_back("content-type", "application/json");
  it.body = std::move(body);
  return it;
}

std::optional<instant> deliveries::next_step(instant now) const {
  auto first = save_at_;
  for (const auto& [id, it] : recipients_) {
    auto at = is_served(it, now) ? it.line->next_try_at() : std::nullopt;
    if (it.halted_until > now)
      at = it.halted_until;
    if (at)
      first = std::min(first.value_or(*at), *at);
  }
  return first;
}

void deliveries::save() {
  save_at_.reset();
  std::vector<store::outbox_changes> all;
  for (auto& [id, it] : recipients_)
    if (auto unsaved = it.line->unsaved())
      all.push_back(*std::move(unsaved));
  with_.outbox->write(all);
}

void deliveries::finish() {
  std::lock_guard lock{mutex_};
  take_arrivals(with_.now());
  save();
}

// -- what operators ask ------------------------------------------------------------

/// Also one that was made a moment ago.
deliveries::recipients::iterator deliveries::find(events::webhook_id id) {
  if (look_.exchange(false))
    look();
  return recipients_.find(id);
}

std::optional<standing> deliveries::stands(events::webhook_id id) {
  std::lock_guard lock{mutex_};
  auto found = find(id);
  if (found == recipients_.end())
    return std::nullopt;
  const auto& line = *found->second.line;
  auto head = with_.views->look().position();
  return standing{
    .position = line.cursor(),
    .lag = head - std::min(head, line.cursor()),
    .owed = with_.outbox->count_owed(id),
    .parked = with_.outbox->count_parked(id),
    .next_try_at = line.next_try_at(),
    .past = line.past()};
}

bool deliveries::replay(events::webhook_id id, std::uint64_t from) {
  {
    std::lock_guard lock{mutex_};
    auto found = find(id);
    if (found == recipients_.end() || from == 0 || from > found->second.line->cursor() + 1)
      return false;
    save(); // what is owed but not written yet
    with_.outbox->write(std::array{store::outbox_changes{.webhook = id, .cursor = from - 1}});
    open_line(found->second, found->second.what);
  }
  with_.stir();
  return true;
}

std::size_t deliveries::retry_parked(events::webhook_id id) {
  std::size_t count = 0;
  {
    std::lock_guard lock{mutex_};
    if (auto found = find(id); found != recipients_.end())
      count = found->second.line->retry_parked(with_.now());
  }
  with_.stir();
  return count;
}

void deliveries::try_out(const projections::webhook_view& to, std::function<void(trial)> then) {
  auto now = events::to_rfc3339(with_.now());
  auto body = R"({"type":"webhook.test","timestamp":")" + now + R"(","data":{"webhook_id":")"
              + to_string(to.id) + "\"}}";
  auto id = "test_" + events::to_base32(to.id.value) + '_' + std::to_string(with_.unix_seconds());
  auto request = request_for(to, id, std::move(body));
  if (!request)
    return then({.status = 0, .error = "its secret is gone"});
  with_.send(*std::move(request), [then = std::move(then)](const http_client::result& result) {
    then({.status = status_of(result), .error = complaint(result)});
  });
}

deliveries::totals deliveries::count() {
  std::lock_guard lock{mutex_};
  totals all;
  auto head = with_.views->look().position();
  for (const auto& [id, it] : recipients_) {
    if (is_served(it, with_.now()))
      all.most_lag = std::max(all.most_lag, head - std::min(head, it.line->cursor()));
    all.parked += with_.outbox->count_parked(id);
  }
  return all;
}

} // namespace ringmaster::webhooks
