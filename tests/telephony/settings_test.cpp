#include "telephony/line.hpp"

using namespace ringmaster::test;

namespace {

simulated_settings accepted_settings(std::string_view json) {
  auto parsed = parse_simulated_settings(json);
  if (auto* why = std::get_if<std::string>(&parsed))
    FAIL(*why);
  return std::get<simulated_settings>(parsed);
}

std::string complaint(std::string_view json) {
  auto parsed = parse_simulated_settings(json);
  auto* why = std::get_if<std::string>(&parsed);
  return why ? *why : "accepted";
}

std::string script_complaint(std::string_view text) {
  auto parsed = parse_script(text);
  auto* why = std::get_if<std::string>(&parsed);
  return why ? *why : "accepted";
}

} // namespace

TEST_CASE("an empty object means the defaults") {
  auto it = accepted_settings("{}");
  CHECK(it.seed == 1);
  CHECK(it.mix == simulated_settings{}.mix);
  CHECK(it.talk_ms.most == 90'000);
  CHECK(it.results);
}

TEST_CASE("every setting is read") {
  auto it = accepted_settings(R"({
    "seed": 18446744073709551615, "mix": {"busy": 1.5, "failed": 0}, "failure_causes": {"media": 2},
    "setup_ms": [1, 2], "ring_ms": [3, 4], "no_answer_ms": [5, 5], "talk_ms": [0, 86400000],
    "late_ms": [7, 8], "duplicate_rate": 0.1, "reorder_rate": 0.2, "late_rate": 0.3,
    "lost_answer_rate": 0.4, "not_now_rate": 1, "lost_end_rate": 0, "results": false})");
  CHECK(it.seed == 18446744073709551615ULL);
  CHECK(it.mix == std::map<outcome, double>{{outcome::busy, 1.5}, {outcome::failed, 0}});
  CHECK(it.failure_causes == std::map<std::string, double>{{"media", 2}});
  auto is = [](span_ms span, std::uint32_t least, std::uint32_t most) {
    return span.least == least && span.most == most;
  };
  CHECK(is(it.setup_ms, 1, 2));
  CHECK(is(it.ring_ms, 3, 4));
  CHECK(is(it.no_answer_ms, 5, 5));
  CHECK(is(it.talk_ms, 0, 86'400'000));
  CHECK(is(it.late_ms, 7, 8));
  CHECK(it.duplicate_rate == 0.1);
  CHECK(it.reorder_rate == 0.2);
  CHECK(it.late_rate == 0.3);
  CHECK(it.lost_answer_rate == 0.4);
  CHECK(it.not_now_rate == 1);
  CHECK(it.lost_end_rate == 0);
  CHECK_FALSE(it.results);
}

TEST_CASE("a wrong setting is refused by name") {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"", "settings are not JSON"},
    {"{", "settings are not JSON"},
    {"{} {}", "settings are not JSON"},
    {"{\"seed\": 1e999}", "settings are not JSON"},
    {"{\"\xff\": 1}", "settings are not JSON"},
    {"null", "settings must be an object"},
    {"[]", "settings must be an object"},
    {"7", "settings must be an object"},
    {R"({"speed": 1})", "`speed` is not a setting of the simulated carrier"},
    {R"({"seed": -1})", "seed must be a whole number, 0 or more"},
    {R"({"seed": 1.5})", "seed must be a whole number, 0 or more"},
    {R"({"seed": "1"})", "seed must be a whole number, 0 or more"},
    {R"({"seed": 18446744073709551616})", "seed must be a whole number, 0 or more"},
    {R"({"mix": []})", "mix must be an object of names and weights"},
    {R"({"mix": {}})", "mix must have a weight above 0"},
    {R"({"mix": {"busy": 0}})", "mix must have a weight above 0"},
    {R"({"mix": {"busy": -1}})", "mix.busy must be a weight from 0 to 1000000"},
    {R"({"mix": {"busy": 1000001}})", "mix.busy must be a weight from 0 to 1000000"},
    {R"({"mix": {"busy": null}})", "mix.busy must be a weight from 0 to 1000000"},
    {R"({"mix": {"bussy": 1}})", "mix does not know `bussy`"},
    {R"({"mix": {"cancelled": 1}})", "mix does not know `cancelled`"},
    {R"({"mix": {"unknown": 1}})", "mix does not know `unknown`"},
    {R"({"failure_causes": {"gremlins": 1}})", "failure_causes does not know `gremlins`"},
    {R"({"failure_causes": {"media": "1"}})",
     "failure_causes.media must be a weight from 0 to 1000000"},
    {R"({"failure_causes": 1})", "failure_causes must be an object of names and weights"},
    {R"({"ring_ms": 5})",
     "ring_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"ring_ms": []})",
     "ring_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"ring_ms": [1]})",
     "ring_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"ring_ms": [1, 2, 3]})",
     "ring_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"ring_ms": [-1, 2]})",
     "ring_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"ring_ms": [1, 2.5]})",
     "ring_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"talk_ms": [0, 86400001]})",
     "talk_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"setup_ms": [2, 1]})", "setup_ms must be [least, most], the least not above the most"},
    {R"({"no_answer_ms": {}})",
     "no_answer_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"late_ms": null})",
     "late_ms must be [least, most], whole milliseconds from 0 to a day (86400000)"},
    {R"({"duplicate_rate": 1.01})", "duplicate_rate must be a number from 0 to 1"},
    {R"({"reorder_rate": -0.01})", "reorder_rate must be a number from 0 to 1"},
    {R"({"late_rate": "0"})", "late_rate must be a number from 0 to 1"},
    {R"({"lost_answer_rate": 2})", "lost_answer_rate must be a number from 0 to 1"},
    {R"({"not_now_rate": true})", "not_now_rate must be a number from 0 to 1"},
    {R"({"lost_end_rate": []})", "lost_end_rate must be a number from 0 to 1"},
    {R"({"results": 1})", "results must be true or false"},
    {R"({"mix": {"busy": [[[1]]]}})", "settings are nested too deeply"},
  };
  for (const auto& [json, why] : table) {
    CAPTURE(json);
    CHECK(complaint(json) == why);
  }
}

TEST_CASE("absurd nesting is refused and harms nobody") {
  std::string deep(1'000'000, '[');
  CHECK(complaint(deep) == "settings are nested too deeply");
  CHECK(complaint(R"({"mix":)" + deep) == "settings are nested too deeply");
}

TEST_CASE("a long name is not repeated in the complaint") {
  CHECK(
    complaint("{\"" + std::string(5'000, 'x') + "\": 1}")
    == "a text of 5000 characters is not a setting of the simulated carrier");
}

TEST_CASE("a script is a list of outcomes") {
  auto script = std::get<std::vector<scripted_outcome>>(
    parse_script(" busy,no_answer ,\tvoicemail, rejected,failed,failed:invalid_number,completed"));
  REQUIRE(script.size() == 7);
  CHECK(script[0].outcome == outcome::busy);
  CHECK(script[1].outcome == outcome::no_answer);
  CHECK(script[4].cause.empty());
  CHECK(script[5].cause == "invalid_number");
  CHECK(script[6].outcome == outcome::completed);
}

TEST_CASE("no script is an empty one") {
  CHECK(std::get<std::vector<scripted_outcome>>(parse_script("")).empty());
  CHECK(std::get<std::vector<scripted_outcome>>(parse_script(" \t")).empty());
}

TEST_CASE("a bad script is refused with a reason") {
  std::string hundred = "busy";
  for (int i = 1; i < 100; ++i)
    hundred += ",busy";
  CHECK(script_complaint(hundred) == "accepted");
  const std::pair<std::string, std::string_view> table[] = {
    {"bsy", "simulate does not know the outcome `bsy`"},
    {"Busy", "simulate does not know the outcome `Busy`"},
    {"busy,", "simulate does not know the outcome ``"},
    {",busy", "simulate does not know the outcome ``"},
    {"busy;busy", "simulate does not know the outcome `busy;busy`"},
    {"busy\n", "simulate does not know the outcome `busy\n`"},
    {"cancelled", "simulate does not know the outcome `cancelled`"},
    {"busy:media", "simulate `busy` has no causes"},
    {"failed:", "simulate does not know the cause ``"},
    {"failed:gremlins", "simulate does not know the cause `gremlins`"},
    {std::string(200, 'x'), "simulate does not know the outcome a text of 200 characters"},
    {hundred + ",busy", "simulate must not hold more than 100 outcomes"},
    {std::string(2'001, ' '), "simulate must not be longer than 2000 characters"},
  };
  for (const auto& [text, why] : table) {
    CAPTURE(text);
    CHECK(script_complaint(text) == why);
  }
}
