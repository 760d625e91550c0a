// What cannot be accepted is refused, names the field, and leaves nothing behind.
#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::answered;
using ringmaster::test::desk;

namespace {

struct refusal_case {
  std::string text; // what is sent; for members: a JSON merge patch of a good body
  unsigned status;
  std::string field;
};

/// One answer that refuses, and a log as long as before.
void check_refused(desk& on, std::uint64_t before, const answered& it, const refusal_case& why) {
  CAPTURE(why.text.substr(0, 200));
  CAPTURE(it.text);
  CHECK(it.status == why.status);
  CHECK(it.headers.at("Content-Type") == "application/problem+json");
  CHECK(it.body.value("field", "") == why.field);
  CHECK_FALSE(it.body.value("detail", "").empty());
  CHECK(on.recorded() == before);
}

/// Posts `good`, changed as each case says.
void refuse_members(
  desk& on, const std::string& target, const json& good, const std::vector<refusal_case>& cases) {
  auto before = on.recorded();
  for (const auto& it : cases) {
    auto body = good;
    body.merge_patch(json::parse(it.text));
    check_refused(on, before, on.post(target, body.dump()), it);
  }
}

std::string text_of(std::size_t size) {
  return std::string(size, 'x');
}

std::string member(const std::string& name, const json& value) {
  return json{{name, value}}.dump();
}

const json good_workflow{{"name", "w"}, {"agent", "a"}, {"prompt", "p"}};
const json good_trunk{{"name", "t"}, {"provider", "simulated"}, {"channels", 1}};

} // namespace

TEST_CASE("a body is nested as deep as the server takes, and no deeper") {
  desk on;
  auto nested = desk::request(
    "POST",
    "/v1/trunks",
    R"({"name":"t","provider":"simulated","channels":1,"settings":{"a":{"b":{}}}})");
  nested.deepest_json = 4;
  auto made = on.ask(nested);
  CHECK(made.status == 201);
  CHECK(
    on.get("/v1/trunks/" + made.body.value("id", "")).body["settings"]
    == json::parse(R"({"a":{"b":{}}})"));
  nested.deepest_json = 3;
  auto refused = on.ask(nested);
  CHECK(refused.status == 400);
  CHECK(refused.body["type"] == "/problems/invalid-json");
}

TEST_CASE("bodies that are no JSON object are refused unread") {
  desk on;
  const std::vector<refusal_case> cases = {
    {" ", 400, ""},
    {"{", 400, ""},
    {"}", 400, ""},
    {"nonsense", 400, ""},
    {"{\"name\":\"w\",}", 400, ""},
    {"{'name':'w'}", 400, ""},
    {"{\"name\":\"w\"} {}", 400, ""},
    {"{\"name\":\"w\" // a comment\n}", 400, ""},
    {"{\"name\":NaN}", 400, ""},
    {"{\"name\":1e999}", 400, ""},
    {"{\"name\":01}", 400, ""},
    {"{\"name\":\"\n\"}", 400, ""},
    {"{\"name\":\"\\ud800\"}", 400, ""},
    {"{\"name\":\"\\x41\"}", 400, ""},
    {"{\"name\":\"w\",\"name\":\"v\"}", 400, ""},
    {"{\"a\":{\"b\":1,\"b\":1}}", 400, ""},
    {"{\"name\":\"\xff\"}", 400, ""},
    {"{\"name\":\"\xc0\xaf\"}", 400, ""},
    {"{\"name\":\"\xed\xa0\x80\"}", 400, ""},
    {"{\"\xfe\":1}", 400, ""},
    {std::string("{\"name\":\"a\0b\"}", 14), 400, ""},
    {"null", 400, ""},
    {"[]", 400, ""},
    {"\"text\"", 400, ""},
    {"7", 400, ""},
    {std::string(100'000, '['), 400, ""},
    {"{\"a\":" + std::string(32, '[') + std::string(32, ']') + "}", 400, ""},
    {[] {
       std::string deep;
       for (int n = 0; n < 50'000; ++n)
         deep += "{\"a\":";
       return deep;
     }(),
     400,
     ""}};
  for (const auto& it : cases)
    check_refused(on, 0, on.post("/v1/workflows", it.text), it);
}

TEST_CASE("nesting of thirty-two levels is still read") {
  desk on;
  auto body = "{\"a\":" + std::string(31, '[') + std::string(31, ']') + "}";
  CHECK(on.post("/v1/workflows", body).body["type"] == "/problems/invalid-field");
}

TEST_CASE("a body must say that it is JSON") {
  desk on;
  auto campaign = "/v1/campaigns/" + on.draft();
  auto before = on.recorded();
  for (const std::string type :
       {"", "text/plain", "application/jsonx", "text/csv", "application"}) {
    for (const auto& [method, target] : std::vector<std::pair<std::string, std::string>>{
           {"POST", "/v1/workflows"},
           {"POST", "/v1/trunks"},
           {"POST", "/v1/campaigns"},
           {"PATCH", campaign},
           {"POST", campaign + "/start"}}) {
      auto request = desk::request(method, target, good_workflow.dump());
      request.headers["content-type"] = type;
      check_refused(on, before, on.ask(request), {type, 415, "Content-Type"});
    }
  }
  auto request = desk::request("POST", "/v1/workflows", good_workflow.dump());
  request.headers["content-type"] = "Application/JSON; charset=utf-8";
  CHECK(on.ask(request).status == 201);
  CHECK(on.post("/v1/workflows").status == 415);
}

TEST_CASE("workflows with a fault are refused and name it") {
  desk on;
  refuse_members(
    on,
    "/v1/workflows",
    good_workflow,
    {{R"({"name":null})", 400, "/name"},
     {R"({"agent":null})", 400, "/agent"},
     {R"({"prompt":null})", 400, "/prompt"},
     {R"({"name":7})", 400, "/name"},
     {R"({"name":["w"]})", 400, "/name"},
     {R"({"name":""})", 422, "/name"},
     {R"({"name":"  "})", 422, "/name"},
     {R"({"name":"a\u0000b"})", 422, "/name"},
     {R"({"name":"a\nb"})", 422, "/name"},
     {member("name", text_of(201)), 422, "/name"},
     {member("agent", text_of(201)), 422, "/agent"},
     {R"({"prompt":""})", 422, "/prompt"},
     {R"({"prompt":{"a":1}})", 400, "/prompt"},
     {member("prompt", text_of(100'001)), 422, "/prompt"},
     {R"({"prompt":"Hi {{name"})", 422, "/prompt"},
     {R"({"prompt":"Hi {{}}"})", 422, "/prompt"},
     {R"({"prompt":"Hi {{Full Name}}"})", 422, "/prompt"},
     {R"({"prompt":"a\u0007b"})", 422, "/prompt"},
     {R"({"required_variables":"name"})", 400, "/required_variables"},
     {R"({"required_variables":{}})", 400, "/required_variables"},
     {R"({"required_variables":["ok",7]})", 400, "/required_variables/1"},
     {R"({"required_variables":["Name"]})", 422, "/required_variables/0"},
     {R"({"required_variables":["a","a"]})", 422, "/required_variables/1"},
     {R"({"required_variables":[""]})", 422, "/required_variables/0"},
     {member("required_variables", std::vector<std::string>(201, "a")), 422, "/required_variables"},
     {R"({"surprise":1})", 400, "/surprise"},
     {R"({"a/b~c":1})", 400, "/a~1b~0c"},
     {R"({"Name":"w"})", 400, "/Name"}});
}

TEST_CASE("trunks with a fault are refused and name it") {
  desk on;
  refuse_members(
    on,
    "/v1/trunks",
    good_trunk,
    {{R"({"name":null})", 400, "/name"},
     {R"({"provider":null})", 400, "/provider"},
     {R"({"provider":"pigeon"})", 422, "/provider"},
     {R"({"provider":true})", 400, "/provider"},
     {R"({"settings":{"oops":1}})", 422, "/settings"},
     {R"({"settings":"{}"})", 400, "/settings"},
     {R"({"settings":[]})", 400, "/settings"},
     {R"({"channels":null})", 400, "/channels"},
     {R"({"channels":0})", 422, "/channels"},
     {R"({"channels":100001})", 422, "/channels"},
     {R"({"channels":-1})", 422, "/channels"},
     {R"({"channels":1.5})", 422, "/channels"},
     {R"({"channels":"1"})", 400, "/channels"},
     {R"({"channels":18446744073709551617})", 422, "/channels"},
     {R"({"channels":4294967297})", 422, "/channels"},
     {R"({"calls_per_second":100001})", 422, "/calls_per_second"},
     {R"({"calls_per_second":false})", 400, "/calls_per_second"},
     {R"({"caller_ids":"+14155550199"})", 400, "/caller_ids"},
     {R"({"caller_ids":[14155550199]})", 400, "/caller_ids/0"},
     {R"({"caller_ids":["4155550199"]})", 422, "/caller_ids/0"},
     {R"({"caller_ids":["+14155550199","+1 415 555 0199"]})", 422, "/caller_ids/1"},
     {R"({"password":"x"})", 400, "/password"}});
}

TEST_CASE("campaigns with a fault are refused and name it") {
  desk on;
  auto good = on.campaign_body();
  refuse_members(
    on,
    "/v1/campaigns",
    good,
    {{R"({"name":null})", 400, "/name"},
     {R"({"name":{}})", 400, "/name"},
     {member("name", text_of(201)), 422, "/name"},
     {R"({"workflow_id":null})", 400, "/workflow_id"},
     {R"({"workflow_id":12})", 400, "/workflow_id"},
     {R"({"workflow_id":"wfl_000000000zzz"})", 422, "/workflow_id"},
     {R"({"workflow_id":"wfl_"})", 422, "/workflow_id"},
     {member("workflow_id", good["trunk_id"]), 422, "/workflow_id"},
     {R"({"contact_list_id":null})", 400, "/contact_list_id"},
     {R"({"contact_list_id":"lst_000000000zzz"})", 422, "/contact_list_id"},
     {R"({"trunk_id":null})", 400, "/trunk_id"},
     {R"({"trunk_id":"trk_000000000zzz"})", 422, "/trunk_id"},
     {R"({"concurrency":0})", 422, "/concurrency"},
     {R"({"concurrency":21})", 422, "/concurrency"},
     {R"({"concurrency":"5"})", 400, "/concurrency"},
     {R"({"concurrency":[]})", 400, "/concurrency"},
     {R"({"line_weight":0})", 422, "/line_weight"},
     {R"({"line_weight":101})", 422, "/line_weight"},
     {R"({"line_weight":"3"})", 400, "/line_weight"},
     {R"({"ramp_up_seconds":86401})", 422, "/ramp_up_seconds"},
     {R"({"schedule":[]})", 400, "/schedule"},
     {R"({"schedule":{"timezone":"Mars/Base"}})", 422, "/schedule/timezone"},
     {R"({"schedule":{"timezone":""}})", 422, "/schedule/timezone"},
     {R"({"schedule":{"timezone":"../../etc/passwd"}})", 422, "/schedule/timezone"},
     {R"({"schedule":{"timezone":7}})", 400, "/schedule/timezone"},
     {R"({"schedule":{"time_slots":{}}})", 400, "/schedule/time_slots"},
     {R"({"schedule":{"zone":"UTC"}})", 400, "/schedule/zone"},
     {R"({"status":"running"})", 400, "/status"},
     {R"({"retry_config":3})", 400, "/retry_config"},
     {R"({"retry_config":{"max_attempts":0}})", 422, "/retry_config/max_attempts"},
     {R"({"retry_config":{"max_attempts":21}})", 422, "/retry_config/max_attempts"},
     {R"({"retry_config":{"max_attempts":"3"}})", 400, "/retry_config/max_attempts"},
     {R"({"retry_config":{"retry_interval_minutes":10081}})",
      422,
      "/retry_config/retry_interval_minutes"},
     {R"({"retry_config":{"retry_interval_minutes":-1}})",
      422,
      "/retry_config/retry_interval_minutes"},
     {R"({"retry_config":{"attempts":1}})", 400, "/retry_config/attempts"},
     {R"({"retry_config":{"outcomes":[]}})", 400, "/retry_config/outcomes"},
     {R"({"retry_config":{"outcomes":{"engaged":{}}}})", 400, "/retry_config/outcomes/engaged"},
     {R"({"retry_config":{"outcomes":{"completed":{}}}})", 422, "/retry_config/outcomes/completed"},
     {R"({"retry_config":{"outcomes":{"busy":true}}})", 400, "/retry_config/outcomes/busy"},
     {R"({"retry_config":{"outcomes":{"unknown":{"interval_minutes":119}}}})",
      422,
      "/retry_config/outcomes/unknown/interval_minutes"},
     {R"({"retry_config":{"outcomes":{"unknown":{"retry":true,"intervals_minutes":[120,0]}}}})",
      422,
      "/retry_config/outcomes/unknown/intervals_minutes/1"},
     {R"({"retry_config":{"outcomes":{"busy":{"retry":1}}}})",
      400,
      "/retry_config/outcomes/busy/retry"},
     {R"({"retry_config":{"outcomes":{"busy":{"backoff":"random"}}}})",
      422,
      "/retry_config/outcomes/busy/backoff"},
     {R"({"retry_config":{"outcomes":{"busy":{"backoff":"list"}}}})",
      422,
      "/retry_config/outcomes/busy/intervals_minutes"},
     {R"({"retry_config":{"outcomes":{"busy":{"intervals_minutes":[1],"backoff":"fixed"}}}})",
      422,
      "/retry_config/outcomes/busy/backoff"},
     {R"({"retry_config":{"outcomes":{"busy":{"intervals_minutes":[]}}}})",
      422,
      "/retry_config/outcomes/busy/intervals_minutes"},
     {R"({"retry_config":{"outcomes":{"busy":{"intervals_minutes":[1,"2"]}}}})",
      400,
      "/retry_config/outcomes/busy/intervals_minutes/1"},
     {R"({"retry_config":{"outcomes":{"busy":{"intervals_minutes":[1],"interval_minutes":1}}}})",
      422,
      "/retry_config/outcomes/busy/interval_minutes"},
     {R"({"retry_config":{"outcomes":{"busy":{"interval_minutes":10081}}}})",
      422,
      "/retry_config/outcomes/busy/interval_minutes"},
     {R"({"retry_config":{"outcomes":{"busy":{"wait":1}}}})",
      400,
      "/retry_config/outcomes/busy/wait"},
     {R"({"circuit_breaker":true})", 400, "/circuit_breaker"},
     {R"({"circuit_breaker":{"enabled":"yes"}})", 400, "/circuit_breaker/enabled"},
     {R"({"circuit_breaker":{"failure_threshold_percent":101}})",
      422,
      "/circuit_breaker/failure_threshold_percent"},
     {R"({"circuit_breaker":{"window_seconds":0}})", 422, "/circuit_breaker/window_seconds"},
     {R"({"circuit_breaker":{"window_seconds":86401}})", 422, "/circuit_breaker/window_seconds"},
     {R"({"circuit_breaker":{"min_calls_in_window":0}})",
      422,
      "/circuit_breaker/min_calls_in_window"},
     {R"({"circuit_breaker":{"min_calls_in_window":100001}})",
      422,
      "/circuit_breaker/min_calls_in_window"},
     {R"({"circuit_breaker":{"threshold":5}})", 400, "/circuit_breaker/threshold"}});
}

TEST_CASE("time slots with a fault are refused and name it") {
  desk on;
  auto good = on.campaign_body();
  auto slot = [](const std::string& members) {
    return R"({"schedule":{"timezone":"UTC","time_slots":[)" + members + "]}}";
  };
  const std::string at = "/schedule/time_slots/0";
  refuse_members(
    on,
    "/v1/campaigns",
    good,
    {{slot("7"), 400, at},
     {slot(R"({"start":"09:00","end":"17:00"})"), 400, at + "/day"},
     {slot(R"({"day":"monday","end":"17:00"})"), 400, at + "/start"},
     {slot(R"({"day":"monday","start":"09:00"})"), 400, at + "/end"},
     {slot(R"({"day":"Monday","start":"09:00","end":"17:00"})"), 422, at + "/day"},
     {slot(R"({"day":1,"start":"09:00","end":"17:00"})"), 400, at + "/day"},
     {slot(R"({"day":"monday","start":"9:00","end":"17:00"})"), 422, at + "/start"},
     {slot(R"({"day":"monday","start":"24:00","end":"17:00"})"), 422, at + "/start"},
     {slot(R"({"day":"monday","start":"09:60","end":"17:00"})"), 422, at + "/start"},
     {slot(R"({"day":"monday","start":"-9:00","end":"17:00"})"), 422, at + "/start"},
     {slot(R"({"day":"monday","start":"09:00","end":"24:01"})"), 422, at + "/end"},
     {slot(R"({"day":"monday","start":"09:00","end":"17:00:00"})"), 422, at + "/end"},
     {slot(R"({"day":"monday","start":"09:00","end":1700})"), 400, at + "/end"},
     {slot(R"({"day":"monday","start":"09:00","end":"09:00"})"), 422, at + "/end"},
     {slot(R"({"day":"monday","start":"09:00","end":"17:00","x":1})"), 400, at + "/x"},
     {R"({"schedule":{"time_slots":[{"day":"monday","start":"09:00","end":"17:00"}]}})",
      400,
      "/schedule/timezone"},
     {json{{"schedule", {{"timezone", "UTC"}, {"time_slots", std::vector<int>(501)}}}}.dump(),
      422,
      "/schedule/time_slots"}});
}

TEST_CASE("edits with a fault are refused and name it") {
  desk on;
  auto at = "/v1/campaigns/" + on.draft();
  auto before = on.recorded();
  const std::vector<refusal_case> cases = {
    {R"({"workflow_id":"x"})", 400, "/workflow_id"},
    {R"({"name":null})", 400, "/name"},
    {R"({"concurrency":21})", 422, "/concurrency"},
    {R"({"schedule":null})", 400, "/schedule"},
    {R"({"circuit_breaker":{"window_seconds":0}})", 422, "/circuit_breaker/window_seconds"},
    {"[]", 400, ""}};
  for (const auto& it : cases)
    check_refused(on, before, on.patch(at, it.text), it);
  for (const auto* verb : {"/start", "/pause", "/resume"})
    check_refused(
      on, before, on.post(at + verb, R"({"now":true})"), {R"({"now":true})", 400, "/now"});
}

TEST_CASE("uploads with a fault in their head are refused before the body") {
  desk on;
  const std::vector<refusal_case> cases = {
    {"?default_country=us", 400, "default_country"},
    {"?default_country=USA", 400, "default_country"},
    {"?default_country=XQ", 400, "default_country"},
    {"?default_country=", 400, "default_country"},
    {"?invalid=ignore", 400, "invalid"},
    {"?invalid=", 400, "invalid"},
    {"?name=", 400, "name"},
    {"?name=a\x01", 400, "name"},
    {"?name=\xff", 400, "name"},
    {"?name=" + text_of(201), 400, "name"},
    {"?separator=;", 400, "separator"}};
  for (const auto& it : cases)
    check_refused(
      on, 0, on.upload("/v1/contact-lists" + it.text, "phone_number\n+14155550100\n"), it);
  auto no_type = desk::request("POST", "/v1/contact-lists");
  check_refused(on, 0, on.ask(no_type), {"no type", 415, "Content-Type"});
  no_type.headers["content-type"] = "application/json";
  check_refused(on, 0, on.ask(no_type), {"JSON", 415, "Content-Type"});
}

TEST_CASE("queries with a fault are refused and name it") {
  desk on;
  auto campaign = "/v1/campaigns/" + on.draft();
  auto before = on.recorded();
  const std::vector<refusal_case> cases = {
    {"/v1/campaigns?limit=0", 400, "limit"},
    {"/v1/campaigns?limit=1001", 400, "limit"},
    {"/v1/campaigns?limit=ten", 400, "limit"},
    {"/v1/campaigns?limit=1x", 400, "limit"},
    {"/v1/campaigns?limit=", 400, "limit"},
    {"/v1/campaigns?limit=99999999999999999999", 400, "limit"},
    {"/v1/campaigns?cursor=-1", 400, "cursor"},
    {"/v1/campaigns?cursor=abc", 400, "cursor"},
    {"/v1/campaigns?page=2", 400, "page"},
    {"/v1/workflows?sort=name", 400, "sort"},
    {"/v1/trunks?limit=+5", 400, "limit"},
    {"/v1/contact-lists?limit=5.0", 400, "limit"},
    {"/v1/campaigns?wait_for=-1", 400, "wait_for"},
    {"/v1/campaigns?wait_for=", 400, "wait_for"},
    {campaign + "?fields=name", 400, "fields"},
    {campaign + "/progress?verbose=1", 400, "verbose"},
    {campaign + "/runs?outcome=engaged", 400, "outcome"},
    {campaign + "/runs?order=random", 400, "order"},
    {campaign + "/runs?from=yesterday", 400, "from"},
    {campaign + "/runs?until=2026-13-01T00:00:00Z", 400, "until"},
    {campaign + "/runs?include=everything", 400, "include"},
    {campaign + "/runs?status=done", 400, "status"},
    {campaign + "/contacts?cursor=4294967295", 400, "cursor"},
    {campaign + "/contacts?limit=0", 400, "limit"},
    {campaign + "/contacts/1?x=1", 400, "x"}};
  for (const auto& it : cases)
    check_refused(on, before, on.get(it.text), it);
  check_refused(on, before, on.post(campaign + "/start?force=1"), {"force", 400, "force"});
}

TEST_CASE("ids that name nothing are not found") {
  desk on;
  on.draft();
  auto before = on.recorded();
  const std::vector<refusal_case> cases = {
    {"/v1/campaigns/cmp_000000000zzz", 404, "campaign_id"},
    {"/v1/campaigns/cmp_000000000000", 404, "campaign_id"},
    {"/v1/campaigns/wfl_000000000zzz", 404, "campaign_id"},
    {"/v1/campaigns/7", 404, "campaign_id"},
    {"/v1/campaigns/cmp_000000000zzz/progress", 404, "campaign_id"},
    {"/v1/campaigns/cmp_000000000zzz/runs", 404, "campaign_id"},
    {"/v1/campaigns/cmp_000000000zzz/contacts", 404, "campaign_id"},
    {"/v1/campaigns/cmp_000000000zzz/contacts/1", 404, "campaign_id"},
    {"/v1/contact-lists/lst_000000000zzz", 404, "contact_list_id"},
    {"/v1/contact-lists/lst_000000000zzz/rejects.csv", 404, "contact_list_id"},
    {"/v1/workflows/" + text_of(5'000), 404, "workflow_id"},
    {"/v1/trunks/trk_000000000zzz", 404, "trunk_id"},
    {"/v1/runs/cmp_000000000zzz.1.1", 404, "run_id"},
    {"/v1/runs/cmp_000000000zzz.99999999999.1", 404, "run_id"}};
  for (const auto& it : cases)
    check_refused(on, before, on.get(it.text), it);
  for (const auto* verb : {"/start", "/pause", "/resume"}) {
    check_refused(
      on,
      before,
      on.post(std::string{"/v1/campaigns/cmp_000000000zzz"} + verb),
      {verb, 404, "campaign_id"});
    check_refused(
      on,
      before,
      on.post(std::string{"/v1/campaigns/nonsense"} + verb),
      {verb, 404, "campaign_id"});
  }
  check_refused(
    on, before, on.patch("/v1/campaigns/cmp_000000000zzz", "{}"), {"edit", 404, "campaign_id"});
  check_refused(on, before, on.remove("/v1/trunks/trk_000000000zzz"), {"trunk", 404, "trunk_id"});
}

TEST_CASE("an answer names every fault of a body") {
  desk on;
  auto no = on.post("/v1/workflows", R"({"name":"","prompt":7,"x":1})");
  CHECK(no.status == 400);
  std::vector<std::string> fields;
  for (const auto& it : no.body["errors"])
    fields.push_back(it["field"]);
  CHECK(fields == std::vector<std::string>{"/agent", "/name", "/prompt", "/x"});
}

TEST_CASE("an answer stays short however many faults there are") {
  desk on;
  json body = good_workflow;
  for (std::size_t n = 0; n < 500; ++n)
    body[text_of(n)] = n;
  CHECK(on.post("/v1/workflows", body.dump()).body["errors"].size() == 100);
}
