#include "support/temporary_directory.hpp"
#include "telephony/line.hpp"

using namespace ringmaster::test;

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
