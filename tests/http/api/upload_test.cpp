#include "http/api/desk.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using nlohmann::json;
using ringmaster::test::desk;

namespace {

const std::string with_mistakes = "phone_number,name\n"
                                  "+14155550100,Jane\n"
                                  "12,Bob\n"
                                  "+14155550100,Eve\n";

} // namespace

TEST_CASE("a good list is stored, and shown with its columns") {
  desk on;
  auto made = on.upload(
    "/v1/contact-lists?name=people&default_country=US", "phone_number,name\n4155550100,\n");
  REQUIRE(made.status == 201);
  CHECK(made.body["rows_accepted"] == 1);
  CHECK(made.body["rejects"] == json::array());
  CHECK(made.body["rejects_url"] == nullptr);
  CHECK(made.body["position"] == on.recorded());
  CHECK(made.body["columns"] == json{{{"name", "name"}, {"empty_rows", 1}}});
  auto at = "/v1/contact-lists/" + made.body["id"].get<std::string>();
  CHECK(made.headers["Location"] == at);
  CHECK(on.get(at).body["columns"][0]["first_empty_lines"] == json{2});
  CHECK(on.get(at).body["file_sha256"] == made.body["file_sha256"]);
  CHECK(on.get("/v1/contact-lists").body["items"][0]["name"] == "people");
  CHECK(on.get(at + "/rejects.csv").status == 404);
}

TEST_CASE("a new list has no version that anybody could have seen") {
  auto head = desk::request("POST", "/v1/contact-lists");
  head.headers["content-type"] = "text/csv";
  auto answer_to = [&](const std::string& tag) {
    head.headers["if-match"] = tag;
    auto what = http::accept_upload(head);
    const auto* no = std::get_if<http::problem>(&what);
    return no == nullptr ? 0 : no->status;
  };
  CHECK(answer_to("*") == 0);
  CHECK(answer_to("\"7\"") == 412);
  CHECK(answer_to("7") == 400);
}

TEST_CASE("one bad row and nothing is stored, and every bad row is named") {
  desk on;
  auto no = on.upload("/v1/contact-lists", with_mistakes);
  CHECK(no.status == 422);
  CHECK(no.body["type"] == "/problems/rows-rejected");
  CHECK(no.body["rows_accepted"] == 1);
  CHECK(no.body["rows_rejected"] == 2);
  REQUIRE(no.body["rejects"].size() == 2);
  CHECK(no.body["rejects"][0]["line"] == 3);
  CHECK(no.body["rejects"][0]["column"] == "phone_number");
  CHECK(no.body["rejects"][0]["value"] == "12");
  CHECK_FALSE(no.body["rejects"][0].contains("first_line"));
  CHECK(no.body["rejects"][1]["reason"] == "duplicate");
  CHECK(no.body["rejects"][1]["first_line"] == 2);
  CHECK(on.recorded() == 0);
}

TEST_CASE("with invalid=skip the good rows are stored and the others can be fetched") {
  desk on;
  auto made = on.upload("/v1/contact-lists?invalid=skip", with_mistakes);
  REQUIRE(made.status == 201);
  CHECK(made.body["rows_rejected"] == 2);
  auto rejects = on.get(made.body["rejects_url"].get<std::string>());
  CHECK(rejects.status == 200);
  CHECK(rejects.headers["Content-Type"] == "text/csv; charset=utf-8");
  CHECK(rejects.text == "line,column,reason,value,first_line\r\n");
}

TEST_CASE("a file that cannot be read names the reason and the line") {
  desk on;
  auto no = on.upload("/v1/contact-lists", "phone_number\n\"+1415");
  CHECK(no.status == 422);
  CHECK(no.body["type"] == "/problems/unreadable-file");
  CHECK(no.body["reason"] == "unterminated_quote");
  CHECK(no.body["line"] == 2);
}

TEST_CASE("a list without contacts is not stored") {
  desk on;
  auto no = on.upload("/v1/contact-lists?invalid=skip", "phone_number,name\n");
  CHECK(no.status == 422);
  CHECK(no.body["type"] == "/problems/no-contacts");
  CHECK(on.recorded() == 0);
}
