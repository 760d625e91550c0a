#include "telephony/simulated.hpp"

#include "telephony/call_plan.hpp"
#include "telephony/ledger.hpp"
#include "telephony/simulated_result.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

namespace ringmaster::telephony {

namespace {

using events::attempt_key;
using events::duration;
using events::instant;

/// How long a carrier says "not now" for.
constexpr duration rest = std::chrono::seconds{1};

/// A call whose end nobody was told is remembered for so long after it, far
/// beyond the engine's own deadline for attempts.
constexpr duration remembered = std::chrono::hours{24};

struct attempt_hash {
  std::size_t operator()(const attempt_key& it) const noexcept {
    return std::hash<events::contact_key>{}(it.contact()) * 31 + it.attempt;
  }
};

struct live_call {
  call_plan plan;
  instant placed_at;
  std::string name;     // for the transcript
  std::size_t next = 0; // report to make

  [[nodiscard]] bool over(instant now) const { return placed_at + plan.ended <= now; }
  [[nodiscard]] bool all_told() const { return next == plan.reports.size(); }

  /// Until the next report, or, when only the end is missing, until the call
  /// may be forgotten.
  [[nodiscard]] duration until_next(instant now) const {
    auto due = all_told() ? plan.ended + remembered : plan.reports[next].due;
    return std::max(placed_at + due - now, duration{});
  }
};

/// Where the calls are up. Shared with the timer, which may hold on to it for
/// longer than the carrier lives.
class exchange : public std::enable_shared_from_this<exchange> {
public:
  exchange(
    simulated_settings settings,
    const std::filesystem::path& record,
    clock now,
    timer after,
    news_sink news)
    : settings_{std::move(settings)}, ledger_{record}, now_{std::move(now)},
      after_{std::move(after)}, news_{std::move(news)} {}

  void place(const call_request& request, const std::function<void(place_answer)>& answer);
  void hang_up(const attempt_key& id);
  void look_up(const attempt_key& id, const std::function<void(look_up_answer)>& answer);
  void close();

private:
  void tell_due(const attempt_key& id);
  void wait(const attempt_key& id, duration delay);
  void wake(const attempt_key& id);

  // With the lock held.
  [[nodiscard]] std::optional<duration>
  collect_due(const attempt_key& id, std::vector<events::call_report>& reports);
  [[nodiscard]] look_up_answer ask(const attempt_key& id, std::optional<duration>& delay);
  [[nodiscard]] std::optional<events::call_ended> cut_off(const attempt_key& id);
  [[nodiscard]] std::optional<ledger::record> recall(const attempt_key& id, live_call& call);

  [[nodiscard]] events::call_report
  report(const attempt_key& id, const live_call& call, call_step step) const;
  [[nodiscard]] events::call_ended
  with_result(const attempt_key& id, const live_call& call, events::call_ended end) const;

  const simulated_settings settings_;
  ledger ledger_;
  const clock now_;
  const timer after_;
  const news_sink news_;

  // `place` reports at once, on the caller's thread, what falls due at once; a
  // message to an owner would come too late for that. Never held while the
  // news are told.
  std::mutex mutex_;
  std::condition_variable quiet_;
  std::unordered_map<attempt_key, live_call, attempt_hash> live_;
  std::size_t waking_ = 0; // threads of the timer in here
  bool closed_ = false;
};

void exchange::place(const call_request& request, const std::function<void(place_answer)>& answer) {
  std::string_view text;
  if (auto found = request.initial_context.find("simulate"); found != request.initial_context.end())
    text = found->second;
  auto script = parse_script(text);
  if (std::holds_alternative<std::string>(script))
    return answer(refused{"bad_simulate_script", {}});
  auto now = now_();
  if (held_back(settings_, request.id, now))
    return answer(not_now{"the simulated carrier is busy", rest});
  if (!ledger_.record_placed(request.id, now, text))
    return answer(not_now{"the simulated carrier's ledger cannot be written", rest});
  auto plan = plan_call(settings_, request.id, std::get<std::vector<scripted_outcome>>(script));
  bool answer_lost = plan.answer_lost;
  auto first = plan.reports.front().due; // there is always one of the beginning
  {
    // Before the answer, so that whoever gets it may hang up.
    std::lock_guard lock{mutex_};
    live_.insert_or_assign(
      request.id, live_call{std::move(plan), now, std::string{name_in(request.initial_context)}});
  }
  answer(answer_lost ? place_answer{unclear{"the answer was lost"}} : accepted{});
  if (first > duration{})
    wait(request.id, first);
  else
    tell_due(request.id);
}

void exchange::hang_up(const attempt_key& id) {
  std::optional<events::call_ended> end;
  {
    std::lock_guard lock{mutex_};
    end = cut_off(id);
  }
  if (end)
    news_({id, {std::move(*end)}});
}

void exchange::look_up(const attempt_key& id, const std::function<void(look_up_answer)>& answer) {
  std::optional<duration> delay;
  look_up_answer said;
  {
    std::lock_guard lock{mutex_};
    said = ask(id, delay);
  }
  answer(std::move(said));
  if (delay)
    wait(id, *delay);
}

void exchange::close() {
  std::unique_lock lock{mutex_};
  closed_ = true;
  quiet_.wait(lock, [this] { return waking_ == 0; });
}

void exchange::tell_due(const attempt_key& id) {
  call_news news{.id = id, .reports = {}};
  std::optional<duration> delay;
  {
    std::lock_guard lock{mutex_};
    delay = collect_due(id, news.reports);
  }
  if (!news.reports.empty())
    news_(std::move(news));
  if (delay)
    wait(id, *delay);
}

void exchange::wait(const attempt_key& id, duration delay) {
  after_(delay, [weak = weak_from_this(), id] {
    if (auto self = weak.lock())
      self->wake(id);
  });
}

void exchange::wake(const attempt_key& id) {
  {
    std::lock_guard lock{mutex_};
    if (closed_)
      return;
    ++waking_;
  }
  tell_due(id);
  std::lock_guard lock{mutex_};
  --waking_;
  quiet_.notify_all();
}

/// Adds what is to be told now; the answer is how long to wait for more.
std::optional<duration>
exchange::collect_due(const attempt_key& id, std::vector<events::call_report>& reports) {
  auto found = live_.find(id);
  if (found == live_.end())
    return std::nullopt; // hung up
  auto& call = found->second;
  const auto& planned = call.plan.reports;
  auto now = now_();
  bool remembered_long_enough = call.all_told();
  if (!remembered_long_enough) {
    // A timer may be a little ahead of the clock: what it was set for is due.
    auto due = std::max(planned[call.next].due, now - call.placed_at);
    for (; !call.all_told() && planned[call.next].due <= due; ++call.next)
      reports.push_back(report(id, call, planned[call.next].step));
  }
  if (remembered_long_enough || (call.all_told() && !call.plan.end_lost)) {
    live_.erase(found);
    return std::nullopt;
  }
  return call.until_next(now);
}

look_up_answer exchange::ask(const attempt_key& id, std::optional<duration>& delay) {
  auto now = now_();
  auto say = [&](const live_call& call) -> look_up_answer {
    if (!call.over(now))
      return still_up{};
    return with_result(id, call, end_of(call.plan, call.placed_at));
  };
  if (auto found = live_.find(id); found != live_.end())
    return say(found->second);
  live_call call;
  auto record = recall(id, call);
  if (!record)
    return never_heard_of{};
  if (record->hung_up_at)
    return with_result(id, call, hung_up_end_of(call.plan, call.placed_at, *record->hung_up_at));
  if (call.over(now))
    return say(call);
  // It was placed before a restart and goes on. What fell due while nobody
  // listened is lost, as with any carrier.
  while (!call.all_told() && call.until_next(now) == duration{})
    ++call.next;
  delay = call.until_next(now);
  live_.emplace(id, std::move(call));
  return still_up{};
}

/// Nothing if there is no call to end.
std::optional<events::call_ended> exchange::cut_off(const attempt_key& id) {
  auto now = now_();
  live_call call;
  auto found = live_.find(id);
  if (found != live_.end()) {
    call = found->second;
  } else if (auto record = recall(id, call); !record || record->hung_up_at) {
    return std::nullopt;
  }
  if (call.over(now))
    return std::nullopt;
  ledger_.record_hung_up(id, now);
  if (found != live_.end())
    live_.erase(found);
  return with_result(id, call, hung_up_end_of(call.plan, call.placed_at, now));
}

/// A call that is not in memory, out of the ledger. The ledger holds nothing of
/// the contact, so its name is not in the transcript any more.
std::optional<ledger::record> exchange::recall(const attempt_key& id, live_call& call) {
  auto record = ledger_.find(id);
  if (!record)
    return record;
  auto script = parse_script(record->script);
  if (const auto* outcomes = std::get_if<std::vector<scripted_outcome>>(&script))
    call = {plan_call(settings_, id, *outcomes), record->placed_at, {}};
  else
    record.reset(); // somebody edited the file
  return record;
}

events::call_report
exchange::report(const attempt_key& id, const live_call& call, call_step step) const {
  if (step == call_step::ended)
    return with_result(id, call, end_of(call.plan, call.placed_at));
  return report_of(call.plan, step, call.placed_at);
}

events::call_ended
exchange::with_result(const attempt_key& id, const live_call& call, events::call_ended end) const {
  if (settings_.results && end.answered_by != events::answerer::unknown)
    end.result = simulated_result(id, end, call.name, call.plan.chance);
  return end;
}

class simulated_carrier final : public provider {
public:
  explicit simulated_carrier(std::shared_ptr<exchange> at) : exchange_{std::move(at)} {}
  ~simulated_carrier() override { exchange_->close(); }
  simulated_carrier(const simulated_carrier&) = delete;
  simulated_carrier& operator=(const simulated_carrier&) = delete;

  void place(call_request request, std::function<void(place_answer)> answer) override {
    exchange_->place(request, answer);
  }
  void hang_up(const call_handle& call) override { exchange_->hang_up(call.id); }
  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer) override {
    exchange_->look_up(call.id, answer);
  }

private:
  std::shared_ptr<exchange> exchange_;
};

} // namespace

std::unique_ptr<provider> make_simulated_carrier(
  simulated_settings settings,
  std::filesystem::path ledger,
  clock now,
  timer after,
  news_sink news) {
  return std::make_unique<simulated_carrier>(std::make_shared<exchange>(
    std::move(settings), ledger, std::move(now), std::move(after), std::move(news)));
}

} // namespace ringmaster::telephony
