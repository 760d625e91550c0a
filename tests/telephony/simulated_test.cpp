#include "support/temporary_directory.hpp"
#include "telephony/line.hpp"
#include "telephony/real_timer.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

using namespace ringmaster::test;

namespace {

template <class Answer, class Variant>
bool is(const Variant& it) {
  return std::holds_alternative<Answer>(it);
}

/// The times at which a call was told of, in seconds after it was placed.
std::vector<long> seconds_told(line& on, attempt_key id, int upto) {
  std::vector<long> times;
  for (long second = 0; second <= upto; ++second, on.advance(1s))
    for (auto told = on.reports(id).size(); times.size() < told;)
      times.push_back(second);
  return times;
}

} // namespace

// -- the course of a call ------------------------------------------------------

TEST_CASE("a completed call rings, is answered, and ends with what was said") {
  line on{always(outcome::completed)};
  auto placed_at = on.time.now();
  CHECK(is<accepted>(on.place(call(1))));
  CHECK(on.told(call(1)) == "I");
  CHECK(seconds_told(on, call(1), 40) == std::vector<long>{0, 1, 6, 26});
  CHECK(on.told(call(1)) == "IRAE");
  auto reports = on.reports(call(1));
  CHECK(std::get<call_initiated>(reports[0]).provider_ref.starts_with("SIM"));
  CHECK(std::get<call_initiated>(reports[0]).at == placed_at);
  CHECK(std::get<call_ringing>(reports[1]).at == placed_at + 1s);
  CHECK(std::get<call_answered>(reports[2]).at == placed_at + 6s);
  auto end = on.end_of(call(1));
  CHECK(end.outcome == outcome::completed);
  CHECK(end.answered_by == answerer::human);
  CHECK(end.talk_time_ms == 20'000);
  CHECK(end.at == placed_at + 26s);
  REQUIRE(end.result);
  CHECK(end.result->simulated);
}

TEST_CASE("a voicemail is answered by a machine") {
  line on{always(outcome::voicemail)};
  on.place(call(1));
  on.advance(1min);
  CHECK(on.told(call(1)) == "IRAE");
  CHECK(on.end_of(call(1)).outcome == outcome::voicemail);
  CHECK(on.end_of(call(1)).answered_by == answerer::machine);
  CHECK(on.end_of(call(1)).result);
}

TEST_CASE("a call that nobody took has no result and no talk time") {
  for (auto what : {outcome::busy, outcome::no_answer, outcome::rejected, outcome::failed}) {
    CAPTURE(to_string(what));
    line on{always(what)};
    on.place(call(1));
    on.advance(1min);
    auto end = on.end_of(call(1));
    CHECK(end.outcome == what);
    CHECK(end.answered_by == answerer::unknown);
    CHECK(end.talk_time_ms == 0);
    CHECK_FALSE(end.result);
  }
}

TEST_CASE("a call that is over leaves nothing behind") {
  line on{always(outcome::completed)};
  on.place(call(1));
  CHECK(on.time.waiting() == 1);
  on.advance(1min);
  CHECK(on.time.waiting() == 0);
  CHECK(is<never_heard_of>(on.look_up(call(1))));
}

TEST_CASE("an instant carrier tells everything in one piece of news, before place returns") {
  line on{instant_carrier()};
  std::map<outcome, int> seen;
  for (std::uint32_t row = 1; row <= 1'000; ++row) {
    CHECK(is<accepted>(on.place(call(row))));
    REQUIRE(on.news.size() == row);
    CHECK(on.news.back().id == call(row));
    ++seen[on.end_of(call(row)).outcome];
  }
  CHECK(seen.size() == 6);
  CHECK(on.time.waiting() == 0);
}

TEST_CASE("a call held by nobody else goes on while other calls come and go") {
  line on{smooth()};
  on.place_scripted(call(1), "completed");
  on.place_scripted(call(2), "busy");
  on.advance(10s);
  on.place_scripted(call(3), "no_answer");
  on.advance(1min);
  CHECK(on.told(call(1)) == "IRAE");
  CHECK(on.told(call(2)) == "IE");
  CHECK(on.told(call(3)) == "IRE");
}

// -- scripts -------------------------------------------------------------------

TEST_CASE("a contact's script decides over chance, attempt by attempt") {
  line on{always(outcome::rejected)};
  for (std::uint32_t attempt = 1; attempt <= 4; ++attempt)
    on.place_scripted(call(1, attempt), "busy, no_answer, completed");
  on.advance(1min);
  CHECK(on.end_of(call(1, 1)).outcome == outcome::busy);
  CHECK(on.end_of(call(1, 2)).outcome == outcome::no_answer);
  CHECK(on.end_of(call(1, 3)).outcome == outcome::completed);
  CHECK(on.end_of(call(1, 4)).outcome == outcome::completed);
}

TEST_CASE("an empty script leaves the outcome to chance") {
  line on{always(outcome::rejected)};
  on.place_scripted(call(1), "");
  on.advance(1min);
  CHECK(on.end_of(call(1)).outcome == outcome::rejected);
}

TEST_CASE("a bad script is refused, not dialled and not on record") {
  temporary_directory directory;
  auto path = directory.path() / "ledger";
  line on{smooth(), path};
  auto answer = on.place_scripted(call(1), "bsy");
  REQUIRE(is<refused>(answer));
  CHECK(std::get<refused>(answer).cause == "bad_simulate_script");
  on.advance(1min);
  CHECK(on.news.empty());
  CHECK(read_ledger(path).empty());
  CHECK(is<never_heard_of>(on.look_up(call(1))));
}

// -- mishaps -------------------------------------------------------------------

TEST_CASE("reports that come twice are the same both times") {
  auto settings = always(outcome::completed);
  settings.duplicate_rate = 1;
  line on{settings};
  on.place(call(1));
  on.advance(1min);
  CHECK(on.told(call(1)) == "IRIRAAEE");
  auto reports = on.reports(call(1));
  CHECK(reports[0] == reports[2]);
  CHECK(reports[6] == reports[7]);
  CHECK(on.time.waiting() == 0);
}

TEST_CASE("late reports come late and tell the true time") {
  auto settings = always(outcome::busy);
  settings.late_rate = 1;
  line on{settings};
  auto placed_at = on.time.now();
  on.place(call(1));
  CHECK(on.news.empty());
  CHECK(seconds_told(on, call(1), 10) == std::vector<long>{2, 3});
  CHECK(on.end_of(call(1)).at == placed_at + 1s);
}

TEST_CASE("reordered reports change places") {
  auto settings = always(outcome::completed);
  settings.reorder_rate = 1;
  line on{settings};
  on.place(call(1));
  on.advance(1min);
  CHECK(on.told(call(1)) == "RIEA");
}

TEST_CASE("a lost answer leaves the call up") {
  auto settings = always(outcome::completed);
  settings.lost_answer_rate = 1;
  line on{settings};
  CHECK(is<unclear>(on.place(call(1))));
  CHECK(is<still_up>(on.look_up(call(1))));
  on.advance(1min);
  CHECK(on.told(call(1)) == "IRAE");
}

TEST_CASE("a lost end is told to who asks, with or without a ledger") {
  temporary_directory directory;
  for (const auto& path : {std::filesystem::path{}, directory.path() / "ledger"}) {
    auto settings = always(outcome::completed);
    settings.lost_end_rate = 1;
    line on{settings, path};
    on.place(call(1), {{"customer_name", "Ada"}});
    on.advance(25s);
    CHECK(is<still_up>(on.look_up(call(1))));
    on.advance(1s);
    CHECK(on.told(call(1)) == "IRA");
    auto answer = on.look_up(call(1));
    REQUIRE(is<call_ended>(answer));
    CHECK(std::get<call_ended>(answer).outcome == outcome::completed);
    CHECK(std::get<call_ended>(answer).result->transcript.find("Ada") != std::string::npos);
    on.advance(1h);
    CHECK(std::get<call_ended>(on.look_up(call(1))) == std::get<call_ended>(answer));
  }
}

TEST_CASE("a call whose end was lost is forgotten after a day") {
  auto settings = always(outcome::completed);
  settings.lost_end_rate = 1;
  line on{settings};
  on.place(call(1));
  on.advance(26s + 24h - 1us);
  CHECK(is<call_ended>(on.look_up(call(1))));
  on.advance(1us);
  CHECK(is<never_heard_of>(on.look_up(call(1))));
  CHECK(on.time.waiting() == 0);
}

TEST_CASE("an instant carrier that loses an end still answers for it") {
  auto settings = instant_carrier();
  settings.lost_end_rate = 1;
  line on{settings};
  on.place_scripted(call(1), "busy");
  CHECK(on.told(call(1)) == "I");
  CHECK(is<call_ended>(on.look_up(call(1))));
}

TEST_CASE("not now means not placed, and some time later it is placed") {
  temporary_directory directory;
  auto path = directory.path() / "ledger";
  auto settings = always(outcome::busy);
  settings.not_now_rate = 1;
  line on{settings, path};
  auto answer = on.place(call(1));
  REQUIRE(is<not_now>(answer));
  CHECK(std::get<not_now>(answer).retry_after == 1s);
  on.advance(1min);
  CHECK(on.news.empty());
  CHECK(read_ledger(path).empty());
  CHECK(is<never_heard_of>(on.look_up(call(1))));
  settings.not_now_rate = 0;
  on.use(settings);
  on.restart();
  CHECK(is<accepted>(on.place(call(1))));
}

TEST_CASE("a carrier that cannot keep its record places nothing") {
  temporary_directory directory;
  line on{smooth(), directory.path()};
  CHECK(is<not_now>(on.place(call(1))));
  on.advance(1min);
  CHECK(on.news.empty());
}

// -- after a restart -----------------------------------------------------------

TEST_CASE("the ledger holds each call once, whole and in order") {
  temporary_directory directory;
  auto path = directory.path() / "ledger";
  line on{smooth(), path};
  on.place(call(2));
  on.advance(3s);
  on.place_scripted(call(1, 3), "busy, failed:media");
  on.restart();
  on.place(call(3));
  auto entries = read_ledger(path);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0].call == call(2));
  CHECK(entries[0].placed_at == manual_timer::monday_morning);
  CHECK(entries[0].script.empty());
  CHECK(entries[1].call == call(1, 3));
  CHECK(entries[1].placed_at == manual_timer::monday_morning + 3s);
  CHECK(entries[1].script == "busy, failed:media");
  CHECK(entries[2].call == call(3));
}

TEST_CASE("a call is on record before its placing is answered") {
  temporary_directory directory;
  auto path = directory.path() / "ledger";
  auto carrier = make_simulated_carrier(
    instant_carrier(),
    path,
    [] { return manual_timer::monday_morning; },
    [](auto, auto) {},
    [&](const auto&) { CHECK(read_ledger(path).size() == 1); });
  carrier->place(
    {.id = call(1), .to = {}, .from = {}, .agent = {}, .prompt = {}, .initial_context = {}},
    [&](const auto&) { CHECK(read_ledger(path).size() == 1); });
}

TEST_CASE("after a restart nothing is told unasked") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.place(call(1));
  on.restart();
  on.advance(1h);
  CHECK(on.told(call(1)) == "I");
}

TEST_CASE("a call that is up after a restart goes on from where it is, once asked about") {
  struct phase {
    duration elapsed;
    std::string_view told_before, told_after;
  };
  for (auto [elapsed, before, after] :
       {phase{500ms, "I", "RAE"}, phase{3s, "IR", "AE"}, phase{10s, "IRA", "E"}}) {
    CAPTURE(before);
    temporary_directory directory;
    line on{smooth(), directory.path() / "ledger"};
    on.place_scripted(call(1, 2), "busy, completed");
    auto placed_at = on.time.now();
    on.advance(elapsed);
    CHECK(on.told(call(1, 2)) == before);
    on.restart();
    CHECK(is<still_up>(on.look_up(call(1, 2))));
    CHECK(is<still_up>(on.look_up(call(1, 2))));
    on.advance(1min);
    CHECK(on.told(call(1, 2)) == std::string{before} + std::string{after});
    CHECK(on.end_of(call(1, 2)).at == placed_at + 26s);
    CHECK(on.time.waiting() == 0);
  }
}

TEST_CASE("what fell due while the carrier was down is not told any more") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.place(call(1));
  on.restart();
  on.advance(10s); // it rang and was answered
  CHECK(is<still_up>(on.look_up(call(1))));
  on.advance(1min);
  CHECK(on.told(call(1)) == "IE");
}

TEST_CASE("a call that ended while the carrier was down is known to have ended") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.place(call(1));
  auto placed_at = on.time.now();
  on.restart();
  on.advance(26s);
  auto answer = on.look_up(call(1));
  REQUIRE(is<call_ended>(answer));
  CHECK(std::get<call_ended>(answer).outcome == outcome::completed);
  CHECK(std::get<call_ended>(answer).at == placed_at + 26s);
  CHECK(std::get<call_ended>(answer).result);
  on.advance(1h);
  CHECK(on.told(call(1)) == "I");
}

TEST_CASE("a call that was over before the restart, and an instant one, are answered for") {
  temporary_directory directory;
  line on{instant_carrier(), directory.path() / "ledger"};
  on.place_scripted(call(1), "failed:trunk");
  for (int i = 0; i < 2; ++i) {
    auto answer = on.look_up(call(1));
    REQUIRE(is<call_ended>(answer));
    CHECK(std::get<call_ended>(answer) == on.end_of(call(1)));
    on.restart();
  }
}

TEST_CASE("a carrier has never heard of a call that it did not place") {
  temporary_directory directory;
  line on{smooth(), directory.path() / "ledger"};
  CHECK(is<never_heard_of>(on.look_up(call(1))));
  on.place(call(1));
  on.restart();
  CHECK(is<never_heard_of>(on.look_up(call(1, 2))));
  CHECK(is<never_heard_of>(on.look_up(call(2))));
}

TEST_CASE("a lost end stays lost after a restart") {
  temporary_directory directory;
  auto settings = always(outcome::completed);
  settings.lost_end_rate = 1;
  line on{settings, directory.path() / "ledger"};
  on.place(call(1));
  on.advance(10s);
  on.restart();
  CHECK(is<still_up>(on.look_up(call(1))));
  on.advance(1h);
  CHECK(on.told(call(1)) == "IRA");
  CHECK(is<call_ended>(on.look_up(call(1))));
}

// -- hanging up ----------------------------------------------------------------

TEST_CASE("hanging up before the answer cancels the call") {
  for (auto elapsed : {duration{0s}, duration{3s}}) {
    line on{always(outcome::completed)};
    on.place(call(1));
    on.advance(elapsed);
    on.hang_up(call(1));
    auto end = on.end_of(call(1));
    CHECK(end.outcome == outcome::cancelled);
    CHECK(end.cause == "hung_up");
    CHECK(end.talk_time_ms == 0);
    CHECK(end.answered_by == answerer::unknown);
    CHECK_FALSE(end.result);
    CHECK(end.at == on.time.now());
    auto told = on.told(call(1));
    on.advance(1h);
    CHECK(on.told(call(1)) == told);
  }
}

TEST_CASE("hanging up on someone completes the call with what was talked so far") {
  line on{always(outcome::completed)};
  on.place(call(1));
  on.advance(10s);
  on.hang_up(call(1));
  auto end = on.end_of(call(1));
  CHECK(end.outcome == outcome::completed);
  CHECK(end.talk_time_ms == 4'000);
  CHECK(end.answered_by == answerer::human);
  CHECK(end.result);
  on.advance(1h);
  CHECK(on.told(call(1)) == "IRAE");
}

TEST_CASE("hanging up on a machine leaves a voicemail") {
  line on{always(outcome::voicemail)};
  on.place(call(1));
  on.advance(10s);
  on.hang_up(call(1));
  CHECK(on.end_of(call(1)).outcome == outcome::voicemail);
}

TEST_CASE("hanging up twice, or on a call that is over or unknown, changes nothing") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.hang_up(call(9));
  CHECK(on.news.empty());
  on.place(call(1));
  on.hang_up(call(1));
  on.hang_up(call(1));
  CHECK(on.told(call(1)) == "IE");
  on.place(call(2));
  on.advance(1min);
  on.hang_up(call(2));
  CHECK(on.told(call(2)) == "IRAE");
  CHECK(std::get<call_ended>(on.look_up(call(2))).outcome == outcome::completed);
}

TEST_CASE("a hang-up outlives a restart") {
  temporary_directory directory;
  line on{always(outcome::completed), directory.path() / "ledger"};
  on.place(call(1));
  on.advance(10s);
  on.hang_up(call(1));
  auto end = on.end_of(call(1));
  for (int i = 0; i < 2; ++i) {
    CHECK(std::get<call_ended>(on.look_up(call(1))).talk_time_ms == end.talk_time_ms);
    CHECK(std::get<call_ended>(on.look_up(call(1))).at == end.at);
    on.restart();
  }
  on.advance(1h);
  CHECK(on.told(call(1)) == "IRAE");
}

TEST_CASE("a call from before a restart can be hung up, asked about or not") {
  for (bool ask : {false, true}) {
    temporary_directory directory;
    line on{always(outcome::completed), directory.path() / "ledger"};
    on.place(call(1));
    on.advance(3s);
    on.restart();
    if (ask)
      CHECK(is<still_up>(on.look_up(call(1))));
    on.hang_up(call(1));
    on.advance(1h);
    CHECK(on.told(call(1)) == "IRE");
    CHECK(on.end_of(call(1)).outcome == outcome::cancelled);
  }
}

// -- results -------------------------------------------------------------------

TEST_CASE("transcripts and gathered context are JSON, marked as simulated, and know the contact") {
  for (auto what : {outcome::completed, outcome::voicemail})
    for (std::uint32_t row = 1; row <= 20; ++row) {
      line on{always(what)};
      on.place(call(row), {{"customer_name", "Ada \"\\ \n Müller"}});
      on.advance(1min);
      auto end = on.end_of(call(row));
      REQUIRE(end.result);
      auto transcript = nlohmann::json::parse(end.result->transcript);
      REQUIRE(transcript.is_array());
      CHECK(transcript.size() >= 2);
      bool named = false;
      std::int64_t last = -1;
      for (const auto& turn : transcript) {
        CHECK(turn.size() == 3);
        CHECK((turn.at("role") == "agent" || turn.at("role") == "contact"));
        named =
          named
          || turn.at("text").get<std::string>().find("Ada \"\\ \n Müller") != std::string::npos;
        CHECK(turn.at("at_ms").get<std::int64_t>() > last);
        last = turn.at("at_ms").get<std::int64_t>();
      }
      CHECK(named);
      CHECK(last < 20'000);
      auto gathered = nlohmann::json::parse(end.result->gathered_context);
      CHECK(gathered.at("simulated") == true);
      CHECK(gathered.at("call_disposition") == to_string(what));
      CHECK(end.result->recording_url.starts_with("simulated:"));
      CHECK(end.result->simulated);
    }
}

TEST_CASE("a contact without a name is greeted without one") {
  line on{always(outcome::completed)};
  on.place(call(1), {{"customer_name", std::string(101, 'x')}});
  on.advance(1min);
  auto text = on.end_of(call(1)).result->transcript;
  CHECK(text.find("Hello,") != std::string::npos);
  CHECK(text.find('@') == std::string::npos);
}

TEST_CASE("results can be left out") {
  auto settings = always(outcome::completed);
  settings.results = false;
  line on{settings};
  on.place(call(1));
  on.advance(1min);
  CHECK_FALSE(on.end_of(call(1)).result);
}

// -- threads -------------------------------------------------------------------

TEST_CASE("calls from many threads are each told to their end, once") {
  constexpr std::uint32_t threads = 4;
  constexpr std::uint32_t each = 500;
  temporary_directory directory;
  std::mutex mutex;
  std::map<attempt_key, int> ends;
  std::promise<void> all_over;
  real_timer timer{1'000};
  auto settings = smooth();
  auto carrier = make_simulated_carrier(
    settings,
    directory.path() / "ledger",
    [start = std::chrono::steady_clock::now()] {
      auto passed = (std::chrono::steady_clock::now() - start) * 1'000;
      return manual_timer::monday_morning + std::chrono::duration_cast<duration>(passed);
    },
    [&](duration delay, std::function<void()> what) { timer.after(delay, std::move(what)); },
    [&](const call_news& news) {
      std::lock_guard lock{mutex};
      for (const auto& it : news.reports)
        if (is<call_ended>(it) && ++ends[news.id] == 1 && ends.size() == threads * each)
          all_over.set_value();
    });
  {
    std::vector<std::jthread> placing;
    for (std::uint32_t thread = 0; thread < threads; ++thread)
      placing.emplace_back([&, thread] {
        for (std::uint32_t i = 1; i <= each; ++i) {
          auto id = call(thread * each + i);
          carrier->place(
            {.id = id, .to = {}, .from = {}, .agent = {}, .prompt = {}, .initial_context = {}},
            [](const auto&) {});
          if (i % 50 == 0)
            carrier->hang_up(id);
          if (i % 70 == 0)
            carrier->look_up(id, [](const auto&) {});
        }
      });
  }
  all_over.get_future().wait();
  CHECK(read_ledger(directory.path() / "ledger").size() == threads * each);
  std::lock_guard lock{mutex};
  for (const auto& [id, times] : ends)
    CHECK(times == 1);
}

TEST_CASE("a carrier that is gone says nothing more") {
  manual_timer time;
  int told = 0;
  auto carrier = make_simulated_carrier(
    always(outcome::completed),
    {},
    [&] { return time.now(); },
    [&](duration delay, std::function<void()> what) { time.after(delay, std::move(what)); },
    [&](const auto&) { ++told; });
  carrier->place(
    {.id = call(1), .to = {}, .from = {}, .agent = {}, .prompt = {}, .initial_context = {}},
    [](const auto&) {});
  CHECK(told == 1);
  carrier.reset();
  time.advance(1h);
  CHECK(told == 1);
}
