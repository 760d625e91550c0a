#include "domain/campaign_rows.hpp"

#include <doctest/doctest.h>

using namespace ringmaster;
using namespace ringmaster::domain;

namespace {

campaign with_three_lists() {
  campaign it;
  it.list = {1};
  it.contacts = 10;
  it = evolve(
    it,
    events::campaign_contacts_added{.list = {2}, .contacts = 5, .list_sha256 = {}, .next = true});
  return evolve(
    it,
    events::campaign_contacts_added{.list = {3}, .contacts = 1, .list_sha256 = {}, .next = false});
}

} // namespace

TEST_CASE("rows of lists that were added go on where those before them end") {
  auto it = with_three_lists();
  CHECK(it.contacts == 16);
  CHECK(lists_of(it) == std::vector<list_span>{{{1}, 1, 10}, {{2}, 11, 5}, {{3}, 16, 1}});
  CHECK(place_of(it, 1) == list_row{{1}, 1});
  CHECK(place_of(it, 10) == list_row{{1}, 10});
  CHECK(place_of(it, 11) == list_row{{2}, 1});
  CHECK(place_of(it, 15) == list_row{{2}, 5});
  CHECK(place_of(it, 16) == list_row{{3}, 1});
}

TEST_CASE("what was added as next is called before what was there") {
  auto it = with_three_lists();
  CHECK(calling_order(it) == std::vector<list_span>{{{2}, 11, 5}, {{1}, 1, 10}, {{3}, 16, 1}});
}
