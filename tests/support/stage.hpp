// The whole engine on one thread in virtual time, over real stores and the
// simulated carrier.
#pragma once

#include "store/views.hpp"
#include "support/manual_timer.hpp"
#include "support/temporary_directory.hpp"
#include "support/troupe.hpp"
#include "telephony/simulated.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::test {

/// What outlives a process: the data directory, and the time of day.
struct premises {
  temporary_directory home;
  events::instant now = manual_timer::monday_morning;
  std::function<events::head_signed(const store::journal_head&)> sign_head = {};
  decltype(actors::environment::ask_hook) ask_hook = {};
  /// The carrier takes so many calls at once, and answers when it is told to.
  std::optional<std::uint32_t> most_placing = {};
  std::string no_carrier = {}; // why there can be none; empty: there can
};

/// Counts what a carrier is really told to do, and passes it on.
class watched_carrier : public telephony::provider {
public:
  struct record {
    std::vector<std::pair<events::instant, events::attempt_key>> placed;
    std::uint32_t most_up = 0;
    std::vector<std::map<std::string, std::string>> contexts;
    std::vector<std::string> prompts;
    std::vector<telephony::call_handle> asked_about; // looked up, or hung up
    std::vector<std::string> callers;                // the numbers shown
    std::vector<events::instant> not_after;          // they must not ring
    std::deque<std::function<void()>> unanswered;    // placements, if it is slow to answer
  };

  watched_carrier(
    std::unique_ptr<telephony::provider> real,
    record& into,
    const manual_timer& time,
    std::optional<std::uint32_t> most_placing)
    : real_{std::move(real)}, record_{into}, time_{time}, most_placing_{most_placing} {}

  void place(
    telephony::call_request request, std::function<void(telephony::place_answer)> answer) override {
    record_.placed.emplace_back(time_.now(), request.id);
    record_.contexts.push_back(request.initial_context);
    record_.prompts.push_back(request.prompt);
    record_.callers.push_back(request.from);
    record_.not_after.push_back(request.not_after);
    if (!most_placing_)
      return real_->place(std::move(request), std::move(answer));
    record_.unanswered.push_back([this, request = std::move(request), answer = std::move(answer)] {
      real_->place(request, answer);
    });
  }
  [[nodiscard]] std::optional<std::uint32_t> most_placing() const override { return most_placing_; }
  void hang_up(const telephony::call_handle& call) override {
    record_.asked_about.push_back(call);
    real_->hang_up(call);
  }
  void look_up(
    const telephony::call_handle& call,
    std::function<void(telephony::look_up_answer)> answer) override {
    record_.asked_about.push_back(call);
    real_->look_up(call, std::move(answer));
  }

private:
  std::unique_ptr<telephony::provider> real_;
  record& record_;
  const manual_timer& time_;
  std::optional<std::uint32_t> most_placing_;
};

/// One process: built over the premises, gone (as by kill -9) with the object.
class stage {
public:
  explicit stage(premises& at, actors::limits limits = {}) : at_{at}, timer_{at.now} {
    journal_ = must(store::journal::open(at.home.path() / "journal", {}));
    vault_ = must(store::vault::open(at.home.path() / "vault"));
    rows_ = must(store::open_views(at.home.path() / "views"));
    actors::catch_up(*journal_, *rows_, [](auto, auto) {});
    players_.emplace(
      actors::environment{
        .now = [this] { return timer_.now(); },
        .real_time = [](events::duration it) { return std::chrono::nanoseconds{it}; },
        .journal = journal_.get(),
        .vault = vault_.get(),
        .make_provider =
          [this](const events::trunk_created& trunk, telephony::news_sink news) {
            return make_carrier(trunk, std::move(news));
          },
        .sign_head = at.sign_head,
        .ask_hook = at.ask_hook,
        .limits = limits},
      *rows_);
  }

  stage(const stage&) = delete;
  stage& operator=(const stage&) = delete;

  ~stage() { at_.now = timer_.now(); }

  /// Delivers messages until every mailbox is empty.
  void run() { players_->run(); }

  /// Delivers messages one by one until `condition` holds.
  void run_until(const std::function<bool()>& condition) {
    while (!condition()) {
      REQUIRE(players_->ready() > 0);
      players_->run_one(0);
    }
  }

  /// Delivers messages while `condition` holds; false if there were none left.
  bool run_while(const std::function<bool()>& condition) {
    while (condition()) {
      if (players_->ready() == 0)
        return false;
      players_->run_one(0);
    }
    return true;
  }

  /// Time passes while everybody is held up, as by a slow disk.
  void stall(events::duration by) { timer_.advance(by); }

  /// Moves time forward for the actors and the carrier, step by step.
  void advance(events::duration by, events::duration step = std::chrono::seconds{1}) {
    for (auto left = by; left > events::duration::zero(); left -= step) {
      auto next = std::min(left, step);
      timer_.advance(next);
      players_->advance(next);
      run();
    }
  }

  /// Likewise, but nobody is let at what that brought.
  void pass(events::duration by) {
    timer_.advance(by);
    players_->advance(by);
  }

  void wake_running() {
    players_->self()->send(players_->registry(), actors::wake_running{});
    run();
  }

  using answer = std::variant<actors::campaign_receipt, domain::refusal, std::string>;

  answer command(events::campaign_id campaign, domain::campaign_command what) {
    auto asked = players_->self()->request(
      players_->registry(), caf::infinite, actors::campaign_request{campaign, std::move(what), {}});
    run();
    return receive(asked);
  }

  answer order(const events::contact_key& contact, const domain::contact_order& what) {
    auto asked = players_->self()->request(
      players_->registry(), caf::infinite, actors::contact_request{contact, what, {}});
    run();
    return receive(asked);
  }

  answer cancel_line(events::campaign_id campaign, domain::line_part which) {
    auto asked = players_->self()->request(
      players_->registry(), caf::infinite, actors::line_request{campaign, which, {}});
    run();
    return receive(asked);
  }

  /// Says something of a call, and whether that is on record now; nothing: nobody
  /// said yet.
  std::optional<bool> hear(const events::attempt_key& call, events::call_report report) {
    auto told = say(call, std::move(report));
    run();
    return *told;
  }

  /// Says it, and lets nothing come of it yet.
  std::shared_ptr<std::optional<bool>>
  say(const events::attempt_key& call, events::call_report report) {
    auto told = std::make_shared<std::optional<bool>>();
    telephony::call_news news{
      .id = call,
      .reports = {},
      .receipt =
        std::make_shared<telephony::news_receipt>([told](bool recorded) { *told = recorded; })};
    news.reports.push_back(std::move(report));
    caf::anon_send(players_->registry(), std::move(news));
    return told;
  }

  void order_later(const events::contact_key& contact, const domain::contact_order& what) {
    caf::anon_send(players_->registry(), actors::contact_request{contact, what, {}});
  }

  void cancel_line_later(events::campaign_id campaign, domain::line_part which) {
    caf::anon_send(players_->registry(), actors::line_request{campaign, which, {}});
  }

  /// The answer goes nowhere.
  void command_later(events::campaign_id campaign, domain::campaign_command what) {
    caf::anon_send(players_->registry(), actors::campaign_request{campaign, std::move(what), {}});
  }

  void record(events::stream_id stream, events::event what) {
    auto why = try_to_record(stream, std::move(what));
    if (why)
      FAIL(domain::to_string(*why));
  }

  /// Why the catalogue would not have it, if so.
  std::optional<domain::refusal> try_to_record(
    events::stream_id stream,
    events::event what,
    std::shared_ptr<const actors::new_secrets> secrets = {}) {
    auto asked = players_->self()->request(
      players_->catalogue(),
      caf::infinite,
      actors::catalogue_request{stream, std::move(what), {}, std::move(secrets)});
    run();
    std::optional<domain::refusal> no;
    asked.receive(
      [](const store::receipt&) {},
      [&](const caf::error& why) {
        if (why.category() != caf::atom("refusal"))
          FAIL(caf::to_string(why));
        no = static_cast<domain::refusal>(why.code());
      });
    return no;
  }

  domain::line_report lines(events::trunk_id of) {
    auto asked = players_->self()->request(
      players_->switchboard(), caf::infinite, actors::line_report_request{of});
    run();
    domain::line_report got;
    asked.receive(
      [&](const domain::line_report& it) { got = it; },
      [](const caf::error& why) { FAIL(caf::to_string(why)); });
    return got;
  }

  [[nodiscard]] projections::library_view look() const { return players_->look(); }
  [[nodiscard]] events::instant now() const { return timer_.now(); }
  [[nodiscard]] const store::journal& journal() const { return *journal_; }
  [[nodiscard]] store::vault& vault() { return *vault_; }
  [[nodiscard]] const watched_carrier::record& carrier() const { return record_; }
  [[nodiscard]] std::uint32_t carriers_made() const { return carriers_made_; }

  /// The slow carrier answers about the calls that came first.
  void answer_placements(std::size_t how_many) {
    for (; how_many > 0; --how_many) {
      REQUIRE_FALSE(record_.unanswered.empty());
      auto next = std::move(record_.unanswered.front());
      record_.unanswered.pop_front();
      next();
    }
    run();
  }
  [[nodiscard]] std::filesystem::path ledger(events::trunk_id trunk) const {
    return at_.home.path() / (to_string(trunk) + ".ledger");
  }

private:
  template <class T>
  static std::unique_ptr<T> must(std::variant<std::unique_ptr<T>, std::string> opened) {
    if (const auto* why = std::get_if<std::string>(&opened))
      FAIL(*why);
    return std::get<std::unique_ptr<T>>(std::move(opened));
  }

  template <class Asked>
  static answer receive(Asked& asked) {
    answer got = std::string{"no answer"};
    asked.receive(
      [&](const actors::campaign_receipt& it) { got = it; },
      [&](const caf::error& why) {
        if (why.category() == caf::atom("refusal"))
          got = static_cast<domain::refusal>(why.code());
        else
          got = caf::to_string(why);
      });
    return got;
  }

  std::variant<std::unique_ptr<telephony::provider>, std::string>
  make_carrier(const events::trunk_created& trunk, telephony::news_sink news) {
    if (!at_.no_carrier.empty())
      return at_.no_carrier;
    ++carriers_made_;
    auto settings = telephony::parse_simulated_settings(trunk.settings);
    if (auto* trouble = std::get_if<std::string>(&settings))
      return std::move(*trouble);
    auto real = telephony::make_simulated_carrier(
      std::get<telephony::simulated_settings>(std::move(settings)),
      ledger(trunk.trunk),
      [this] { return timer_.now(); },
      [this](events::duration delay, std::function<void()> what) {
        timer_.after(delay, std::move(what));
      },
      std::move(news));
    return std::make_unique<watched_carrier>(std::move(real), record_, timer_, at_.most_placing);
  }

  premises& at_;
  manual_timer timer_;
  std::uint32_t carriers_made_ = 0;
  watched_carrier::record record_;
  std::unique_ptr<store::journal> journal_;
  std::unique_ptr<store::vault> vault_;
  std::unique_ptr<store::key_value> rows_;
  std::optional<troupe> players_;
};

} // namespace ringmaster::test
