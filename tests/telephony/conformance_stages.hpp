// A carrier on stage behind each provider: what it plays is chosen beforehand, and a
// test tells it to go on.
#pragma once

#include "domain/contact.hpp"
#include "domain/retry.hpp"
#include "support/manual_timer.hpp"
#include "support/temporary_directory.hpp"
#include "telephony/agent_webhook.hpp"
#include "telephony/callback_token.hpp"
#include "telephony/deserter.hpp"
#include "telephony/mail_date.hpp"
#include "telephony/simulated.hpp"
#include "telephony/sip.hpp"
#include "telephony/sipp.hpp"
#include "telephony/twilio.hpp"
#include "telephony/twilio_signature.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::test {

using namespace ringmaster::events;
using namespace ringmaster::telephony;
using namespace std::chrono_literals;

/// What becomes of the call.
enum class fate {
  stays_up,    // rings, is answered, and is up until somebody ends it
  is_busy,     // taken by the carrier, and over at once
  is_told_so,  // as it stays up, then it ends; all of it told twice, and out of order
  is_refused,  // by the carrier
  comes_later, // the carrier can't take it just now
  is_lost,     // whether it has it, the carrier does not say
};

inline constexpr attempt_key the_call{campaign_id{0x123456789}, 17, 2};
inline constexpr attempt_key a_stranger{campaign_id{0x123456789}, 18, 1};

/// What a provider was heard to say, and what the rules of a contact make of it.
class listener {
public:
  bool records = true; // what it is told

  void hear(call_news it) {
    if (auto receipt = std::exchange(it.receipt, nullptr))
      receipt->settle(records);
    std::lock_guard lock{mutex_};
    for (auto& report : it.reports)
      told_.emplace_back(it.id, std::move(report));
    changed_.notify_all();
  }
  void hear(place_answer it) { keep(placed_, std::move(it)); }
  void hear(look_up_answer it) { keep(looked_up_, std::move(it)); }

  std::vector<place_answer> placed() { return copy(placed_); }
  std::vector<look_up_answer> looked_up() { return copy(looked_up_); }
  std::vector<std::pair<attempt_key, call_report>> told() { return copy(told_); }

  /// One letter per fact about the call that goes on record: Initiated, Ringing,
  /// Answered, Ended.
  std::string on_record() {
    static const retry_policy once{
      .max_attempts = 1, .retry_interval_minutes = 60, .rules = domain::default_retry_rules(60)};
    static const schedule always;
    constexpr instant late = manual_timer::monday_morning + 24h * 365 * 50;
    domain::contact state;
    std::string letters;
    auto believe = [&](const contact_event& fact) {
      letters += std::holds_alternative<contact_initiated>(fact)       ? "I"
                 : std::holds_alternative<contact_ringing>(fact)       ? "R"
                 : std::holds_alternative<contact_answered>(fact)      ? "A"
                 : std::holds_alternative<contact_attempt_ended>(fact) ? "E"
                                                                       : "";
      state = domain::evolve(std::move(state), fact);
    };
    believe(contact_dialed{
      .attempt = 1, .trunk = {7}, .caller_id = {}, .at = {}, .due_at = {}, .give_up_at = late});
    auto hear = [&](const call_report& it) {
      auto decision = domain::decide(
        state,
        domain::hear_report{
          .attempt = 1, .report = it, .now = late, .retry = &once, .schedule = &always});
      if (const auto* facts = std::get_if<domain::contact_facts>(&decision))
        for (const auto& fact : *facts)
          believe(fact);
    };
    for (const auto& answer : placed())
      if (const auto* taken = std::get_if<accepted>(&answer);
          taken != nullptr && !taken->provider_ref.empty())
        hear(call_initiated{.provider_ref = taken->provider_ref, .at = {}});
    for (const auto& [id, report] : told()) {
      CHECK(id == the_call);
      hear(report);
    }
    return letters;
  }

  /// Of the end that was told first.
  std::optional<call_ended> end() {
    for (const auto& [id, report] : told())
      if (const auto* end = std::get_if<call_ended>(&report))
        return *end;
    return std::nullopt;
  }

  /// Looks again whenever something was said, for a minute at most.
  template <class Condition>
  bool wait_until(Condition is_so) {
    for (int looks = 0; looks < 6'000; ++looks) {
      if (is_so())
        return true;
      std::unique_lock lock{mutex_};
      changed_.wait_for(lock, 10ms);
    }
    return false;
  }

private:
  template <class T>
  void keep(std::vector<T>& in, T it) {
    std::lock_guard lock{mutex_};
    in.push_back(std::move(it));
    changed_.notify_all();
  }
  template <class T>
  std::vector<T> copy(const std::vector<T>& of) {
    std::lock_guard lock{mutex_};
    return of;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::pair<attempt_key, call_report>> told_;
  std::vector<place_answer> placed_;
  std::vector<look_up_answer> looked_up_;
};

/// What all stages have in common. A provider's own is below.
class stage {
public:
  virtual ~stage() = default;

  listener heard;
  std::unique_ptr<provider> port;

  void place() {
    call_request what;
    what.id = the_call;
    what.to = "+4930123456";
    what.from = "+4930000000";
    what.agent = agent();
    what.prompt = "Be kind.";
    what.initial_context = context();
    what.not_after = manual_timer::monday_morning + 24h;
    port->place(std::move(what), [this](place_answer it) { heard.hear(std::move(it)); });
  }

  /// As the engine would put it, which has what it was told.
  call_handle handle(attempt_key id = the_call) {
    call_handle it{.id = id, .to = "+4930123456", .from = "+4930000000", .dialed_at = dialed_at()};
    for (const auto& answer : heard.placed())
      if (const auto* taken = std::get_if<accepted>(&answer); taken != nullptr && id == the_call)
        it.provider_ref = taken->provider_ref;
    return it;
  }

  void look_up(attempt_key id = the_call) {
    port->look_up(handle(id), [this](look_up_answer it) { heard.hear(std::move(it)); });
  }

  void hang_up() { port->hang_up(handle()); }

  /// The call goes as far as it goes by itself.
  virtual void go_on() = 0;
  /// The far end hangs up, where it can be told to.
  virtual void end() {}

  /// Plays until it is so.
  template <class Condition>
  void play_until(Condition is_so) {
    for (int steps = 0; steps < 10 && !is_so(); ++steps)
      go_on();
    REQUIRE(heard.wait_until(is_so));
  }
  void play_until_answered() {
    play_until([this] { return heard.on_record().find('A') != std::string::npos; });
  }
  void play_until_placed() {
    play_until([this] { return !heard.placed().empty(); });
  }
  void play_until_over() {
    end();
    play_until([this] { return heard.end().has_value(); });
  }
  void play_until_looked_up() {
    play_until([this] { return !heard.looked_up().empty(); });
  }

protected:
  virtual std::string agent() { return "agent"; }
  virtual std::map<std::string, std::string> context() { return {}; }
  virtual instant dialed_at() { return manual_timer::monday_morning; }
};

// -- the simulated carrier -------------------------------------------------------

class simulated_stage : public stage {
public:
  static constexpr bool can_hang_up = true;
  static constexpr bool knows_strangers = true;
  static constexpr bool is_called_back = false;

  explicit simulated_stage(fate what) : what_{what} {
    simulated_settings it;
    it.setup_ms = it.ring_ms = {1'000, 1'000};
    it.talk_ms = {20'000, 20'000};
    it.late_ms = {2'000, 2'000};
    it.mix = {{what == fate::is_busy ? outcome::busy : outcome::completed, 1}};
    auto untidy = what == fate::is_told_so ? 1.0 : 0.0;
    it.duplicate_rate = it.reorder_rate = untidy;
    it.late_rate = 0;
    it.not_now_rate = what == fate::comes_later ? 1 : 0;
    it.lost_answer_rate = what == fate::is_lost ? 1 : 0;
    port = make_simulated_carrier(
      it,
      directory_.path() / "ledger",
      [this] { return time_.now(); },
      [this](duration delay, std::function<void()> then) { time_.after(delay, std::move(then)); },
      [this](call_news news) { heard.hear(std::move(news)); });
  }

  /// Five seconds: it is answered after two.
  void go_on() override { time_.advance(5s); }
  void end() override { time_.advance(60s); }

private:
  std::map<std::string, std::string> context() override {
    if (what_ == fate::is_refused)
      return {{"simulate", "nonsense"}};
    return {};
  }

  fate what_;
  temporary_directory directory_;
  manual_timer time_;
};

// -- those that are asked and call back over HTTP ----------------------------------

/// A carrier that has one call at most, behind a list of requests.
class http_stage : public stage {
public:
  static constexpr bool is_called_back = true;

  std::vector<unsigned> replies; // to what it told, by HTTP status

  void go_on() override {
    answer_all();
    if (status_ == "queued" && what_ != fate::is_refused && what_ != fate::comes_later)
      play();
    answer_all();
    time_.advance(2min);
    answer_all();
  }

protected:
  struct asked {
    http_client::request what;
    std::function<void(http_client::result)> answer;
  };

  explicit http_stage(fate what) : what_{what} {}

  virtual http_client::result answer_to(const http_client::request& what) = 0;
  /// Tells of a status as the carrier does. `status` is Twilio's word for it.
  virtual void tell(const std::string& status) = 0;

  void push(callback what) {
    auto before = replies.size();
    port->receive(
      std::move(what), [this](const callback_reply& it) { replies.push_back(it.status); });
    CHECK(replies.size() == before + 1);
  }

  http_client::result answer_to_place(unsigned success, const std::string& body) {
    if (what_ == fate::is_refused)
      return http_client::response{400, {}, "{}"};
    if (what_ == fate::comes_later)
      return http_client::response{429, {}, "{}"};
    placed_ = true;
    if (what_ == fate::is_lost)
      return http_client::unanswered{"reset"};
    return http_client::response{success, {}, body};
  }

  template <class Parts>
  void wire(Parts& parts) {
    parts.trunk = {7};
    parts.public_base_url = "https://us.example";
    parts.callback_key = "key";
    parts.send = [this](http_client::request what, std::function<void(http_client::result)> then) {
      open_.push_back({std::move(what), std::move(then)});
    };
    parts.now = [this] { return time_.now(); };
    parts.after = [this](duration delay, std::function<void()> then) {
      time_.after(delay, std::move(then));
    };
    parts.news = [this](call_news it) { heard.hear(std::move(it)); };
  }

  void answer_all() {
    while (!open_.empty()) {
      auto it = std::move(open_.front());
      open_.pop_front();
      it.answer(answer_to(it.what));
    }
  }

  void say(const std::string& status) {
    status_ = status;
    tell(status);
  }

  void play() {
    if (!port || !placed_)
      return;
    if (what_ == fate::is_busy)
      return say("busy");
    if (what_ == fate::is_told_so) {
      status_ = "completed";
      for (const auto* it :
           {"in-progress", "ringing", "in-progress", "completed", "ringing", "completed"})
        tell(it);
      return;
    }
    say("ringing");
    say("in-progress");
  }

  fate what_;
  manual_timer time_;
  std::deque<asked> open_;
  bool placed_ = false;
  std::string status_ = "queued";
};

class twilio_stage : public http_stage {
public:
  static constexpr bool can_hang_up = true;
  static constexpr bool knows_strangers = true;

  explicit twilio_stage(fate what) : http_stage{what} {
    twilio_parts parts{
      .trunk = {},
      .settings = std::get<twilio_settings>(parse_twilio_settings(R"({"account": "AC1"})")),
      .secrets = {.auth_token = "token", .api_key_secret = {}, .signing_secret = "token"},
      .public_base_url = {},
      .callback_key = {},
      .send = {},
      .now = {},
      .after = {},
      .news = {}};
    wire(parts);
    port = make_twilio(std::move(parts));
  }

  void end() override { say("completed"); }

private:
  static constexpr auto sid = "CA0123456789abcdef0123456789abcdef";

  std::string agent() override { return "wss://agents.example"; }

  [[nodiscard]] nlohmann::json described() const {
    return {
      {"sid", sid},
      {"status", status_},
      {"duration", status_ == "completed" ? "20" : "0"},
      {"date_created", to_mail_date(manual_timer::monday_morning)}};
  }

  http_client::result answer_to(const http_client::request& what) override {
    bool is_over = status_ == "completed" || status_ == "busy" || status_ == "canceled";
    bool of_call = what.url.find(sid) != std::string::npos;
    if (what.method == "POST" && !of_call)
      return answer_to_place(201, described().dump());
    if (what.method == "POST" && is_over)
      return http_client::response{400, {}, R"({"code": 21220})"};
    if (what.method == "POST" && (status_ != "in-progress" || what.body.ends_with("completed")))
      say(status_ == "in-progress" ? "completed" : "canceled");
    if (of_call)
      return http_client::response{200, {}, described().dump()};
    auto calls = nlohmann::json::array();
    if (placed_ && what.url.find("4930123456") != std::string::npos)
      calls.push_back(described());
    return http_client::response{200, {}, nlohmann::json{{"calls", calls}}.dump()};
  }

  void tell(const std::string& status) override {
    form fields{{"CallSid", sid}, {"CallStatus", status}, {"Timestamp", to_mail_date(time_.now())}};
    if (status == "completed")
      fields.emplace_back("CallDuration", "20");
    callback it{
      .token = callback_token("key", {{7}, the_call}),
      .query = {},
      .headers = {},
      .body = encode_form(fields)};
    auto url = "https://us.example/v1/telephony/twilio/" + it.token;
    it.headers = {
      {"content-type", "application/x-www-form-urlencoded"},
      {"x-twilio-signature", twilio_signature("token", url, fields)}};
    push(std::move(it));
  }
};

class agent_stage : public http_stage {
public:
  static constexpr bool can_hang_up = false;     // such platforms offer no way
  static constexpr bool knows_strangers = false; // they have calls by their own names alone

  explicit agent_stage(fate what) : http_stage{what} {
    agent_webhook_parts parts{
      .trunk = {},
      .settings = std::get<agent_webhook_settings>(parse_agent_webhook_settings(
        R"({"url": "https://agents.example/call",
            "status_url": "https://agents.example/runs/{{run_ref}}"})")),
      .secrets = {},
      .public_base_url = {},
      .callback_key = {},
      .send = {},
      .now = {},
      .after = {},
      .news = {}};
    wire(parts);
    port = make_agent_webhook(std::move(parts));
  }

  void end() override { say("completed"); }

private:
  http_client::result answer_to(const http_client::request& what) override {
    if (what.method == "POST")
      return answer_to_place(200, R"({"workflow_run_id": 123})");
    bool is_over = status_ == "completed" || status_ == "busy";
    nlohmann::json said{{"is_completed", is_over}};
    if (is_over)
      said["call_disposition"] = word();
    return http_client::response{200, {}, said.dump()};
  }

  [[nodiscard]] std::string word() const { return status_ == "busy" ? "busy" : "user_hangup"; }

  void tell(const std::string& status) override {
    bool is_over = status == "completed" || status == "busy";
    auto event = is_over ? "ended" : status == "ringing" ? "ringing" : "answered";
    nlohmann::json said{{"event", event}};
    if (is_over)
      said["call_disposition"] = word();
    push(
      {.token = callback_token("key", {{7}, the_call}),
       .query = {},
       .headers = {},
       .body = said.dump()});
  }
};

// -- SIP -------------------------------------------------------------------------

/// SIPp plays by itself. A call that is lost is one whose connection breaks with the
/// INVITE under way.
class sip_stage : public stage {
public:
  static constexpr bool can_hang_up = true;
  static constexpr bool knows_strangers = true; // once they can't be ringing any more
  static constexpr bool is_called_back = false;

  explicit sip_stage(fate what) {
    bool lost = what == fate::is_lost;
    if (lost)
      lost_.emplace();
    auto address = lost ? lost_->address() : "127.0.0.1:" + std::to_string(free_port(false));
    if (auto scenario = scenario_of(what); !scenario.empty()) {
      auto status = what == fate::is_busy ? "486" : "503";
      peer_.emplace(
        scenario,
        sipp::options{
          .values = {{"status", status}, {"phrase", "No"}, {"header", "X-Nothing: 1"}}});
      address = peer_->address();
    }
    sip_settings it;
    it.server = *parse_sip_uri("sip:" + address);
    it.server.transport = lost ? sip_transport::tcp : sip_transport::udp;
    it.listen_address = "127.0.0.1";
    it.options_interval = 0ms;
    it.silence = it.ring_timeout = it.farewell = 10s;
    it.hold = 60s;
    port = make_sip_trunk(
      it,
      {},
      directory_.path() / "book",
      [] { return std::chrono::floor<duration>(std::chrono::system_clock::now()); },
      [this](call_news news) { heard.hear(std::move(news)); });
  }
  ~sip_stage() override { port.reset(); }
  sip_stage(const sip_stage&) = delete;
  sip_stage& operator=(const sip_stage&) = delete;

  void go_on() override {}
  /// Its far end waits for our BYE, unless it was to be told so.
  void end() override {
    if (port)
      hang_up();
  }

private:
  static std::string scenario_of(fate what) {
    switch (what) {
    case fate::stays_up: return "caller_hangs_up";
    case fate::is_told_so: return "repeats_itself";
    case fate::is_busy:
    case fate::is_refused: return "refuses";
    default: return {};
    }
  }

  temporary_directory directory_;
  std::optional<sipp> peer_;
  std::optional<deserter> lost_;
};

} // namespace ringmaster::test
