#include "telephony/twilio_line.hpp"

using namespace ringmaster;
using namespace ringmaster::test::twilio;

TEST_CASE("a call is looked up by the carrier's name for it") {
  line on;
  auto answer = on.look_up(on.handle(sid));
  auto asked = on.next();
  CHECK(asked.what.url == std::string{calls} + "/" + sid + ".json");
  asked.answer(said(200, described("completed", on.time.now())));
  REQUIRE(is<events::call_ended>(*answer));
  CHECK(std::get<events::call_ended>(**answer).talk_time_ms == 31'000);
}

TEST_CASE("a call that is up is told of on the way, for its callbacks may be lost") {
  line on;
  auto answer = on.look_up(on.handle(sid));
  on.next().answer(said(200, described("in-progress", on.time.now())));
  CHECK(is<still_up>(*answer));
  (void)report<events::call_answered>(on.news.at(0));
}

TEST_CASE("a call whose name was lost is found by its numbers") {
  line on;
  on.place();
  on.next().answer(http_client::unanswered{"reset"});
  auto answer = on.look_up(on.handle());
  auto asked = on.next();
  CHECK(asked.what.url.find("To=%2B14155550100&From=%2B14155550199") != std::string::npos);
  asked.answer(listed({described("ringing", on.time.now())}));
  CHECK(is<still_up>(*answer));
  CHECK(std::get<events::call_initiated>(on.news.at(0).reports.front()).provider_ref == sid);
}

TEST_CASE("earlier calls to the same number are not taken for this one") {
  line on;
  auto answer = on.look_up(on.handle());
  on.next().answer(listed({described("completed", on.time.now() - 2min)}));
  CHECK_FALSE(*answer);
}

TEST_CASE("of two calls that it may be, none is chosen") {
  line on;
  auto answer = on.look_up(on.handle());
  on.next().answer(
    listed({described("ringing", on.time.now()), described("ringing", on.time.now(), other_sid)}));
  CHECK(is<unclear>(*answer));
}

TEST_CASE("a carrier's record may run behind: only the third look within a minute is the last") {
  line on;
  auto answer = on.look_up(on.handle());
  on.next().answer(listed({}));
  on.time.advance(20s);
  on.next().answer(listed({}));
  CHECK_FALSE(*answer);
  on.time.advance(39s);
  CHECK(on.open.empty());
  on.time.advance(1s);
  on.next().answer(listed({}));
  CHECK(is<never_heard_of>(*answer));
}

TEST_CASE("a look that fails says nothing of the call") {
  line on;
  for (const auto& trouble :
       {said(500), said(401), said(429), http_client::result{http_client::unanswered{"reset"}}}) {
    auto by_name = on.look_up(on.handle(sid));
    on.next().answer(trouble);
    CHECK(is<unclear>(*by_name));
    auto by_numbers = on.look_up(on.handle());
    on.next().answer(trouble);
    CHECK(is<unclear>(*by_numbers));
  }
  auto erased = on.handle();
  erased.to.clear();
  CHECK(is<unclear>(*on.look_up(erased)));
}
