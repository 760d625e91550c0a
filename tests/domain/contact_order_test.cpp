#include "domain/contact_order.hpp"

#include <doctest/doctest.h>

using namespace ringmaster::domain;

TEST_CASE("orders are for the contacts that a campaign has, and until it is over") {
  campaign of;
  CHECK(why_no_order(of, 1) == refusal::not_found);
  of.contacts = 2;
  for (auto status : {campaign_status::draft, campaign_status::running, campaign_status::paused}) {
    of.status = status;
    CHECK(why_no_order(of, 0) == refusal::not_found);
    CHECK(why_no_order(of, 1) == std::nullopt);
    CHECK(why_no_order(of, 2) == std::nullopt);
    CHECK(why_no_order(of, 3) == refusal::not_found);
  }
  for (auto status :
       {campaign_status::completed, campaign_status::failed, campaign_status::cancelled}) {
    of.status = status;
    CHECK(why_no_order(of, 1) == refusal::already_over);
    CHECK(why_no_order(of, 3) == refusal::not_found);
  }
}
