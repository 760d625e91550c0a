#include "simulation/carrier.hpp"

#include "telephony/call_plan.hpp"
#include "telephony/dice.hpp"

#include <chrono>

namespace ringmaster::simulation {

using namespace std::chrono_literals;

class connection : public telephony::provider {
public:
  connection(carrier& to, std::shared_ptr<wire> over) : to_{to}, over_{std::move(over)} {}

  void place(
    telephony::call_request request, std::function<void(telephony::place_answer)> answer) override {
    ++*placing_;
    if (auto most = most_placing(); most && over_->news)
      to_.auditor_.crowds_carrier(*placing_, *most, to_.engine_now_());
    to_.place(
      over_,
      std::move(request),
      [placing = placing_, answer = std::move(answer)](telephony::place_answer said) {
        --*placing;
        answer(std::move(said));
      });
  }
  [[nodiscard]] std::optional<std::uint32_t> most_placing() const override {
    return to_.of_.most_placing;
  }
  void hang_up(const telephony::call_handle& call) override { to_.hang_up(over_, call); }
  void look_up(
    const telephony::call_handle& call,
    std::function<void(telephony::look_up_answer)> answer) override {
    to_.look_up(over_, call, std::move(answer));
  }

private:
  carrier& to_;
  std::shared_ptr<wire> over_;
  std::shared_ptr<std::uint32_t> placing_ = std::make_shared<std::uint32_t>(0);
};

carrier::carrier(
  const trunk_plan& of,
  std::filesystem::path ledger,
  test::manual_timer& timer,
  std::function<instant()> engine_now,
  auditor& watched_by,
  agents& handing_over_to)
  : of_{of}, timer_{timer},
    engine_now_{std::move(engine_now)}, auditor_{watched_by}, agents_{handing_over_to} {
  simulated_ = telephony::make_simulated_carrier(
    of.carrier,
    std::move(ledger),
    [this] { return timer_.now(); },
    [this](duration delay, std::function<void()> what) { timer_.after(delay, std::move(what)); },
    [this](telephony::call_news news) { bring(std::move(news)); });
}

/// Whoever wants a receipt comes again until he is told that the news are on record.
void carrier::bring(telephony::call_news news) {
  auto over = connected_.lock();
  bool there = over && over->news;
  auto again = [this](const telephony::call_news& what) {
    timer_.after(20s, [this, what] { bring(what); });
  };
  if (!of_.wants_receipts)
    return there ? over->news(std::move(news)) : void();
  if (!there)
    return again(news);
  auto number = auditor_.brought();
  auto told = [this, again, number, news, weak = std::weak_ptr{over}](bool recorded) {
    auto still = weak.lock();
    recorded = recorded && still && still->news; // or a dead process has spoken
    auditor_.told(number, news, recorded);
    if (!recorded)
      again(news);
  };
  news.receipt = std::make_shared<telephony::news_receipt>(std::move(told));
  over->news(std::move(news));
}

/// It was a machine that answered, or the person wants no more calls.
void carrier::say_more(const events::attempt_key& call, duration after) {
  telephony::dice fate{of_.carrier.seed + 2, call};
  if (!fate.hits(of_.verdict_rate))
    return;
  events::call_verdict verdict{
    .disposition = {}, .cause = {}, .provider_code = {}, .result = std::nullopt};
  if (fate.hits(0.3)) {
    verdict.opted_out = true;
  } else {
    verdict.outcome = events::outcome::voicemail;
    verdict.answered_by = events::answerer::machine;
  }
  auto delay = after + (fate.hits(0.5) ? duration{} : fate.within({1'000, 7'200'000}));
  timer_.after(delay, [this, call, verdict] {
    telephony::call_news news{.id = call, .reports = {}};
    news.reports.emplace_back(verdict);
    bring(std::move(news));
  });
}

std::unique_ptr<telephony::provider> carrier::connect(std::shared_ptr<wire> over) {
  connected_ = over;
  return std::make_unique<connection>(*this, std::move(over));
}

void carrier::strike(const storm& it) {
  storms_[it.kind] = timer_.now() + it.lasts;
}

bool carrier::storming(weather kind) const {
  auto found = storms_.find(kind);
  return found != storms_.end() && timer_.now() < found->second;
}

void carrier::place(
  const std::shared_ptr<wire>& over,
  telephony::call_request request,
  std::function<void(telephony::place_answer)> answer) {
  if (!over->news) // the process is dead, and only its actors do not know it yet
    return;
  auditor_.reached_carrier(request.id, of_.as.trunk, engine_now_(), timer_.now());
  telephony::dice fate{of_.carrier.seed + 1, request.id};
  auto number = over->next++;
  over->placing.emplace(number, std::move(answer));
  if (storming(weather::refusing))
    return answer_later(
      over, number, telephony::not_now{"storm", fate.within({1'000, 60'000})}, 0s);
  if (storming(weather::silent))
    return answer_later(over, number, telephony::unclear{"no answer"}, 10s);
  if (!storming(weather::slow))
    return really_place(std::move(request), over, number);
  on_the_way_.insert(request.id);
  timer_.after(
    fate.within({10, 40'000}),
    [this, request = std::move(request), weak = std::weak_ptr{over}, number] {
      on_the_way_.erase(request.id);
      really_place(request, weak, number);
    });
}

void carrier::really_place(
  telephony::call_request request, const std::weak_ptr<wire>& over, std::uint64_t number) {
  auto id = request.id;
  auto to = request.to;
  auto token = request.result_token;
  auto now = timer_.now();
  auto plan = telephony::plan_call(of_.carrier, id, {});
  bool late = storming(weather::slow);
  simulated_->place(std::move(request), [&](telephony::place_answer said) {
    bool placed = !std::holds_alternative<telephony::not_now>(said);
    if (placed)
      auditor_.rings(id, to, of_.as.trunk, now + plan.ended, now);
    if (placed && plan.answered) {
      agents_.take(id, token, *plan.answered, plan.ended);
      say_more(id, *plan.answered);
    }
    answer_later(over, number, std::move(said), late ? duration{5s} : duration{});
  });
}

void carrier::answer_later(
  const std::weak_ptr<wire>& over,
  std::uint64_t number,
  telephony::place_answer what,
  duration delay) {
  auto deliver = [over, number, what = std::move(what)]() mutable {
    auto still = over.lock();
    if (!still)
      return;
    auto found = still->placing.extract(number);
    if (!found.empty())
      found.mapped()(std::move(what));
  };
  if (delay == duration{})
    deliver();
  else
    timer_.after(delay, std::move(deliver));
}

void carrier::hang_up(const std::shared_ptr<wire>& over, const telephony::call_handle& call) {
  if (!over->news)
    return;
  auditor_.hung_up(call.id, of_.as.trunk);
  simulated_->hang_up(call);
}

void carrier::look_up(
  const std::shared_ptr<wire>& over,
  const telephony::call_handle& call,
  std::function<void(telephony::look_up_answer)> answer) {
  if (storming(weather::blind) || on_the_way_.contains(call.id))
    return answer(telephony::unclear{"storm"});
  auto number = over->next++;
  over->asking.emplace(number, std::move(answer));
  simulated_->look_up(call, [weak = std::weak_ptr{over}, number](telephony::look_up_answer said) {
    auto still = weak.lock();
    if (!still)
      return;
    auto found = still->asking.extract(number);
    if (!found.empty())
      found.mapped()(std::move(said));
  });
}

} // namespace ringmaster::simulation
