#include "support/temporary_directory.hpp"
#include "telephony/line.hpp"

#include <nlohmann/json.hpp>

using namespace ringmaster::test;

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
