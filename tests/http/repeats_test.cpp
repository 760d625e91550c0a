#include "http/gateway.hpp"
#include "projections/keys.hpp"

#include <doctest/doctest.h>

#include <future>

namespace ringmaster::test {

namespace {

std::string post(const std::string& key, const std::string& body, const std::string& more = "") {
  return "POST /v1/workflows HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: " + key + "\r\n" + more
         + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string upload(const std::string& key, const std::string& body) {
  return "POST /v1/contact-lists HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: " + key
         + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// Says how often it was asked.
struct counting {
  explicit counting(gateway& to, unsigned status = 201) {
    to.handle = [this,
                 status](const http::incoming& request, const http::services&, http::reply answer) {
      mark = request.mark;
      answer({.status = status, .headers = {}, .body = std::to_string(++count), .stream = {}});
    };
  }
  std::atomic<int> count = 0;
  std::optional<events::request_mark> mark;
};

} // namespace

TEST_CASE("a command that is sent again is answered as before, and done once") {
  gateway to;
  counting work{to};
  to.open();
  client one{to};
  auto first = one.ask(post("a", "body"));
  auto second = client{to}.ask(post("a", "body"));
  CHECK(first.status == 201);
  CHECK(first.body == "1");
  CHECK_FALSE(first.headers.contains("idempotent-replayed"));
  CHECK(second.status == 201);
  CHECK(second.body == "1");
  CHECK(second.headers.at("idempotent-replayed") == "true");
  CHECK(work.count == 1);
  CHECK(work.mark);
}

TEST_CASE("a command that is sent again as soon as it is answered does not meet itself") {
  gateway to;
  counting work{to};
  to.open();
  client one{to};
  int met_itself = 0;
  for (int n = 0; n < 500; ++n) {
    auto key = std::to_string(n);
    CHECK(one.ask(post(key, "body")).status == 201);
    met_itself += one.ask(post(key, "body")).status == 409;
  }
  CHECK(met_itself == 0);
}

TEST_CASE("a list that is sent again as soon as it is answered does not meet itself") {
  gateway to;
  to.open();
  client one{to};
  client two{to};
  int met_itself = 0;
  for (int n = 0; n < 200; ++n) {
    auto list = upload(std::to_string(n), "phone_number\n");
    to.story = std::make_shared<upload_story>();
    CHECK(one.ask(list).status == 201);
    met_itself += two.ask(list).status == 409;
  }
  CHECK(met_itself == 0);
}

TEST_CASE("another body, path or query with the same key is refused and not done") {
  gateway to;
  counting work{to};
  to.open();
  client one{to};
  one.ask(post("a", "body"));
  auto other = one.ask(post("a", "Body"));
  CHECK(other.status == 422);
  CHECK(other.body.find("key-used-otherwise") != std::string::npos);
  auto elsewhere = post("a", "body");
  elsewhere.replace(elsewhere.find("workflows"), 9, "campaigns");
  CHECK(one.ask(elsewhere).status == 422);
  auto asked = post("a", "body");
  asked.replace(asked.find("workflows"), 9, "workflows?x=1");
  CHECK(one.ask(asked).status == 422);
  CHECK(work.count == 1);
  CHECK(one.ask(post("b", "Body")).body == "2");
}

TEST_CASE("the same at the same time is told to come again, and hears the one answer") {
  gateway to;
  std::promise<http::reply> pending;
  to.handle = [&](const http::incoming&, const http::services&, http::reply answer) {
    pending.set_value(std::move(answer));
  };
  to.open();
  client one{to};
  client two{to};
  one.send(post("a", "body"));
  auto finish = pending.get_future().get();
  auto refused = two.ask(post("a", "body"));
  CHECK(refused.status == 409);
  CHECK(refused.headers.contains("retry-after"));
  finish({.status = 201, .headers = {}, .body = "done", .stream = {}});
  CHECK(one.receive().body == "done");
  CHECK(two.ask(post("a", "body")).body == "done");
}

TEST_CASE("an answer that asks to come again is not kept") {
  gateway to;
  unsigned status = 503;
  std::atomic<int> count = 0;
  to.handle = [&](const http::incoming&, const http::services&, http::reply answer) {
    ++count;
    answer({.status = status, .headers = {}, .body = "", .stream = {}});
  };
  to.open();
  client one{to};
  for (unsigned each : {503U, 500U, 429U, 403U, 409U}) {
    status = each;
    CHECK(one.ask(post("a", "body")).status == each);
  }
  CHECK(one.ask(post("a", "body")).status == 409);
  CHECK(count == 5);
}

TEST_CASE("an answer stands for 48 hours") {
  gateway to;
  counting work{to};
  to.open();
  client one{to};
  one.ask(post("a", "body"));
  to.later(std::chrono::hours{48} - std::chrono::microseconds{1});
  CHECK(one.ask(post("a", "body")).body == "1");
  to.later(std::chrono::microseconds{1});
  CHECK(one.ask(post("a", "body")).body == "2");
}

TEST_CASE("what a lost process did is answered from the log, and not done again") {
  gateway to;
  counting work{to};
  to.open();
  client one{to};
  one.ask(post("a", "body"));
  to.lose_answers();
  to.carried_out(*work.mark);
  CHECK(one.ask(post("a", "body")).body == "recalled");
  CHECK(one.ask(post("a", "Body")).status == 422);
  to.later(std::chrono::hours{48});
  CHECK(one.ask(post("a", "body")).body == "2");
  CHECK(work.count == 2);
}

TEST_CASE("each key's holder has keys of their own") {
  gateway to;
  counting work{to};
  auto jane = to.make_key(1, "jane", events::key_role::operates);
  auto john = to.make_key(2, "john", events::key_role::operates);
  auto eve = to.make_key(3, "eve", events::key_role::viewer);
  to.open();
  client one{to};
  CHECK(one.ask(post("a", "body", "X-API-Key: " + jane + "\r\n")).body == "1");
  CHECK(one.ask(post("a", "body", "X-API-Key: " + john + "\r\n")).body == "2");
  CHECK(one.ask(post("a", "body", "X-API-Key: " + jane + "\r\n")).body == "1");
  CHECK(one.ask(post("a", "body", "X-API-Key: " + eve + "\r\n")).body == "3"); // routes refuse it
  CHECK_FALSE(work.mark);
}

TEST_CASE("a key of a wrong shape is refused; one on a GET means nothing") {
  gateway to;
  counting work{to};
  to.open();
  client one{to};
  CHECK(one.ask(post(std::string(256, 'k'), "body")).status == 400);
  CHECK(one.ask(get("/", "Idempotency-Key: a\r\n")).body == "1");
  CHECK(one.ask(get("/", "Idempotency-Key: a\r\n")).body == "2");
}

TEST_CASE("a list that is sent again is read, and not stored again") {
  gateway to;
  to.open();
  client one{to};
  CHECK(one.ask(upload("a", "phone_number\n")).status == 201);
  auto first = to.story;
  CHECK(first->mark);
  to.story = std::make_shared<upload_story>();
  auto again = one.ask(upload("a", "phone_number\n"));
  CHECK(again.status == 201);
  CHECK(again.body == "stored");
  CHECK(again.headers.contains("idempotent-replayed"));
  CHECK(one.ask(upload("a", "phone_number\n1")).status == 422);
  CHECK_FALSE(to.story->finished);
  CHECK(one.ask(upload("b", "phone_number\n")).status == 201);
  CHECK(to.story->finished);
}

} // namespace ringmaster::test
