#include "store/outbox.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace ringmaster;
using namespace ringmaster::test;
using store::outbox;
using store::outbox_changes;
using store::owed_event;
using store::parked_event;

namespace {

constexpr events::webhook_id one{1};
constexpr events::webhook_id other{2};
constexpr events::campaign_id red{10};
constexpr events::campaign_id blue{11};

events::instant at_hour(int hour) {
  return events::instant{std::chrono::hours{hour}};
}

std::unique_ptr<outbox> open(const temporary_directory& home) {
  auto opened = store::open_outbox(home.path());
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<std::unique_ptr<outbox>>(std::move(opened));
}

void write(outbox& to, outbox_changes what) {
  to.write(std::array{std::move(what)});
}

} // namespace

TEST_CASE(
  "where a webhook stands is known after a restart, and nothing of one that stood nowhere") {
  temporary_directory home;
  write(*open(home), {.webhook = one, .cursor = 4'711});
  auto book = open(home);
  CHECK(book->cursor(one) == 4'711u);
  CHECK_FALSE(book->cursor(other));
}

TEST_CASE("what is owed comes by position, campaign by campaign") {
  temporary_directory home;
  auto book = open(home);
  CHECK(book->indebted(one).empty());
  write(
    *book,
    {.webhook = one,
     .owed = {{red, 300, at_hour(3)}, {red, 7, at_hour(1)}, {blue, 9, at_hour(2)}}});
  write(*book, {.webhook = other, .owed = {{red, 1, at_hour(1)}}});
  CHECK(book->indebted(one) == std::vector{red, blue});
  CHECK(book->count_owed(one) == 3);
  CHECK(book->first_owed(one, red) == owed_event{red, 7, at_hour(1)});
  write(*book, {.webhook = one, .taken = {{red, 7, {}}}});
  CHECK(book->first_owed(one, red) == owed_event{red, 300, at_hour(3)});
  write(*book, {.webhook = one, .taken = {{red, 300, {}}}});
  CHECK_FALSE(book->first_owed(one, red));
  CHECK(book->indebted(one) == std::vector{blue});
  CHECK(book->first_owed(other, red)->position == 1);
}

TEST_CASE("what is parked is listed page by page until it is unparked") {
  temporary_directory home;
  auto book = open(home);
  const parked_event first{5, red, at_hour(1), "it answered 500"};
  const parked_event second{500, blue, at_hour(2), ""};
  write(*book, {.webhook = one, .parked = {second, first}});
  CHECK(book->parked(one, 0, 10) == std::vector{first, second});
  CHECK(book->parked(one, 0, 1) == std::vector{first});
  CHECK(book->parked(one, 5, 10) == std::vector{second});
  CHECK(book->count_parked(one) == 2);
  CHECK(book->parked(other, 0, 10).empty());
  write(*book, {.webhook = one, .unparked = {5}});
  CHECK(book->parked(one, 0, 10) == std::vector{second});
}

TEST_CASE("a webhook that is forgotten leaves nothing, and others stay") {
  temporary_directory home;
  auto book = open(home);
  for (auto each : {one, other})
    write(
      *book,
      {.webhook = each,
       .cursor = 3,
       .owed = {{red, 7, at_hour(1)}},
       .parked = {{5, red, at_hour(1), "why"}}});
  book->forget(one);
  CHECK_FALSE(book->cursor(one));
  CHECK(book->indebted(one).empty());
  CHECK(book->count_parked(one) == 0);
  CHECK(book->cursor(other) == 3u);
  CHECK(book->count_owed(other) == 1);
  CHECK(book->count_parked(other) == 1);
}

TEST_CASE("the outbox knows which log its positions are in") {
  temporary_directory home;
  CHECK(open(home)->generation().empty());
  open(home)->set_generation("first");
  CHECK(open(home)->generation() == "first");
}
