#include "http/api/desk.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace ringmaster;
using ringmaster::test::answered;
using ringmaster::test::desk;

namespace {

constexpr std::array<http::page, 2> pages{
  {{.path = "/",
    .type = "text/html; charset=utf-8",
    .tag = "a1",
    .lasting = false,
    .plain = "<p>hello</p>",
    .gzip = "zipped",
    .brotli = "brotli"},
   {.path = "/assets/app-1f.js",
    .type = "text/javascript",
    .tag = "b2",
    .lasting = true,
    .plain = "let it;",
    .gzip = {},
    .brotli = {}}}};

answered ask(const std::string& target, const std::map<std::string, std::string>& headers = {}) {
  desk on;
  on.with.pages = pages;
  auto request = desk::request("GET", target);
  request.headers.insert(headers.begin(), headers.end());
  return on.ask(std::move(request));
}

} // namespace

TEST_CASE("the dashboard is served at the root, and asked after each time") {
  auto it = ask("/");
  CHECK(it.status == 200);
  CHECK(it.text == "<p>hello</p>");
  CHECK(it.headers.at("Content-Type") == "text/html; charset=utf-8");
  CHECK(it.headers.at("Cache-Control") == "no-cache");
  CHECK(
    it.headers.at("Content-Security-Policy").starts_with("default-src 'none'; script-src 'self';"));
  CHECK(it.headers.at("X-Content-Type-Options") == "nosniff");
  CHECK_FALSE(it.headers.contains("Content-Encoding"));
}

TEST_CASE("a file whose name changes with its content is kept for good") {
  auto it = ask("/assets/app-1f.js");
  CHECK(it.status == 200);
  CHECK(it.headers.at("Cache-Control") == "public, max-age=31536000, immutable");
}

TEST_CASE("a page comes in the best coding that the client takes") {
  auto coding = [](const std::string& accepted) {
    auto it = ask("/", {{"accept-encoding", accepted}});
    CHECK(it.headers.at("Vary") == "Accept-Encoding");
    return it.headers.contains("Content-Encoding") ? it.headers.at("Content-Encoding") : it.text;
  };
  CHECK(coding("gzip, deflate, br") == "br");
  CHECK(coding("gzip;q=0.5, br;q=0.001") == "br");
  CHECK(coding("gzip , deflate") == "gzip");
  CHECK(coding("br;q=0, gzip") == "gzip");
  CHECK(coding("br; q=0.000, gzip;q=0") == "<p>hello</p>");
  CHECK(coding("brotli, gzipped") == "<p>hello</p>");
  CHECK(ask("/assets/app-1f.js", {{"accept-encoding", "br"}}).text == "let it;");
}

TEST_CASE("what the client has is not sent again") {
  auto tag = ask("/", {{"accept-encoding", "br"}}).headers.at("ETag");
  CHECK(tag == "\"a1-br\"");
  auto again = ask("/", {{"accept-encoding", "br"}, {"if-none-match", "\"old\", W/" + tag}});
  CHECK(again.status == 304);
  CHECK(again.text.empty());
  CHECK(again.headers.at("ETag") == tag);
  CHECK(ask("/", {{"if-none-match", tag}}).status == 200); // that was another coding
}

TEST_CASE("only the dashboard's own files can be had") {
  for (const auto* target :
       {"/assets",
        "/assets/",
        "/assets/../",
        "/assets/%2e%2e/",
        "/../etc/passwd",
        "//",
        "/index.html"})
    CHECK(ask(target).status == 404);
  CHECK(ask("/v1").body["name"] == "ringmaster");
}

TEST_CASE("a program that was built without the dashboard says so at the root") {
  desk on;
  auto it = on.get("/");
  CHECK(it.status == 200);
  CHECK(it.headers.at("Content-Type") == "text/html; charset=utf-8");
  CHECK(it.text.find("without its dashboard") != std::string::npos);
  CHECK(on.get("/assets/app-1f.js").status == 404);
}
