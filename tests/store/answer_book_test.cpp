#include "store/answer_book.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::test;
using store::answer_book;
using store::kept_answer;

namespace {

events::instant at_hour(int hour) {
  return events::instant{std::chrono::hours{hour}};
}

std::unique_ptr<answer_book> open_book(const std::filesystem::path& directory) {
  auto opened = answer_book::open(directory);
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<std::unique_ptr<answer_book>>(std::move(opened));
}

kept_answer answer(int hour) {
  return {
    .kept_at = at_hour(hour),
    .digest = std::string("\0digest", 7),
    .status = 201,
    .headers = {{"Content-Type", "application/json"}, {"ETag", "\"7\""}},
    .body = "{\"id\":\"wfl_1\"}\n"};
}

} // namespace

TEST_CASE("an answer is found as it was kept, after a restart too") {
  temporary_directory home;
  open_book(home.path())->keep("key", answer(100), at_hour(0));
  auto book = open_book(home.path());
  CHECK(book->find("key") == answer(100));
  CHECK_FALSE(book->find("another"));
}

TEST_CASE("answers are forgotten from their time on, and newer ones stay") {
  temporary_directory home;
  auto book = open_book(home.path());
  book->keep("old", answer(1), at_hour(0));
  book->keep("edge", answer(2), at_hour(0));
  book->forget_before(at_hour(2));
  CHECK_FALSE(book->find("old"));
  CHECK(book->find("edge"));
}

TEST_CASE("keeping new answers makes room of old ones") {
  temporary_directory home;
  auto book = open_book(home.path());
  for (int i = 0; i < 8; ++i)
    book->keep("old" + std::to_string(i), answer(1), at_hour(0));
  book->keep("new", answer(100), at_hour(50));
  for (int i = 0; i < 8; ++i)
    CHECK_FALSE(book->find("old" + std::to_string(i)));
  CHECK(book->find("new"));
}

TEST_CASE("an answer that was kept anew outlives its first time") {
  temporary_directory home;
  auto book = open_book(home.path());
  book->keep("key", answer(1), at_hour(0));
  book->keep("key", answer(100), at_hour(0));
  book->forget_before(at_hour(50));
  CHECK(book->find("key") == answer(100));
  book->forget_before(at_hour(101));
  CHECK_FALSE(book->find("key"));
}
