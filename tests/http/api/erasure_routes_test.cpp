#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;

namespace {

std::string list_of_two(desk& on) {
  auto made =
    on.upload("/v1/contact-lists?name=people", "phone_number\n+14155550100\n+14155550101\n");
  REQUIRE(made.status == 201);
  return "/v1/contact-lists/" + made.body["id"].get<std::string>();
}

} // namespace

TEST_CASE("a row of a list is erased") {
  desk on;
  auto list = list_of_two(on);
  auto gone = on.remove(list + "/rows/2");
  CHECK(gone.status == 200);
  CHECK(gone.body["row"] == 2);
  CHECK(gone.body["erased"] == true);
  CHECK(gone.body["position"] == 7);
  REQUIRE(on.erased.size() == 1);
  CHECK(on.erased[0].row == 2);
}

TEST_CASE("a row that the list does not have is not found, and a faulty number neither") {
  desk on;
  auto list = list_of_two(on);
  for (const char* row : {"0", "3", "-1", "01", "x", "9999999999"}) {
    auto no = on.remove(list + "/rows/" + row);
    CHECK_MESSAGE(no.status == 404, row);
    CHECK(no.body["field"] == "row");
  }
  CHECK(on.remove("/v1/contact-lists/lst_000000000zzz/rows/1").body["field"] == "contact_list_id");
  CHECK(on.remove(list + "/rows/1?force=true").status == 400);
  CHECK(on.erased.empty());
}

TEST_CASE("whoever has a number is erased, however it is written") {
  desk on;
  auto done = on.post("/v1/erasures", R"({"phone_number":"+1 (415) 555-0100"})");
  CHECK(done.status == 200);
  CHECK(on.erased_number == "+14155550100");
  CHECK(done.body["rows"].size() == 1);
  CHECK(done.body["rows"][0]["row"] == 3);
  CHECK(done.text.find("4155550100") == std::string::npos);
}

TEST_CASE("a number to erase must be one, with its country") {
  desk on;
  for (const char* body :
       {R"({"phone_number":"4155550100"})",
        R"({"phone_number":""})",
        R"({"phone_number":7})",
        "{}",
        R"({"phone_number":"+14155550100","x":1})"}) {
    auto no = on.post("/v1/erasures", body);
    CHECK_MESSAGE((no.status == 400 || no.status == 422), body << " " << no.status);
  }
  CHECK(on.erased_number.empty());
}

TEST_CASE("only admins erase") {
  desk on;
  for (auto [method, target] :
       {std::pair{"POST", "/v1/erasures"},
        {"DELETE", "/v1/contact-lists/lst_000000000zzz/rows/1"}}) {
    auto it = desk::request(method, target, R"({"phone_number":"+14155550100"})");
    it.role = events::key_role::operates;
    CHECK(on.ask(std::move(it)).status == 403);
  }
}

TEST_CASE("an erasure that is not over yet can be asked for again") {
  desk on;
  on.instead = http::command_unavailable{"too much"};
  CHECK(on.post("/v1/erasures", R"({"phone_number":"+14155550100"})").status == 503);
}
