#include "http/render.hpp"
#include "projections/keys.hpp"
#include "tools/replay/diff_command.hpp"
#include "tools/replay/given_data.hpp"
#include "tools/replay/state_command.hpp"

#include <sstream>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
using http::ordered;
using replay::state_query;

namespace {

constexpr events::campaign_id campaign{7};
constexpr events::campaign_id other{8};

given_log two_campaigns() {
  given_log log;
  for (auto id : {campaign, other}) {
    log.add(id, created(id, 3));
    log.add(id, events::campaign_started{});
  }
  for (std::uint32_t row : {1U, 2U})
    for (auto id : {campaign, other}) {
      events::contact_key contact{id, row};
      log.add(contact, dialed(1));
      log.add(contact, events::contact_answered{1, noon});
      log.add(contact, ended(1, events::outcome::completed));
      log.add(contact, events::contact_finished{events::disposition::completed});
    }
  log.add(campaign, events::campaign_paused{});
  return log;
}

ordered state_of(const given_data& data, const state_query& query) {
  std::ostringstream out, errors;
  auto with = data.with;
  with.as_json = true;
  CHECK(print_state(with, query, out, errors) == replay::all_well);
  CHECK(errors.str().empty());
  return ordered::parse(out.str());
}

} // namespace

TEST_CASE("a campaign is shown at every position as the views showed it then") {
  auto log = two_campaigns();
  given_data data;
  data.write(log);
  folded_views views;
  for (std::uint64_t position = 1; position <= log.position(); ++position) {
    CAPTURE(position);
    views.fold(log, position);
    auto shown = state_of(data, {.campaign = campaign, .at = position});
    auto look = views.look();
    auto at = log.all()[position - 1].recorded_at;
    auto expected = http::campaign_json(*look.campaign(campaign));
    expected["progress"] = http::progress_json(*look.campaign(campaign), look, at, {});
    CHECK(shown["position"] == position);
    for (const auto& [name, value] : expected.items())
      CHECK(shown[name] == value);
  }
}

TEST_CASE("a state is asked for by time, and at the end of the log") {
  auto log = two_campaigns();
  given_data data;
  data.write(log);
  CHECK(state_of(data, {.campaign = campaign})["status"] == "paused");
  CHECK(state_of(data, {.campaign = campaign, .at = noon + 1s})["status"] == "draft");
  CHECK(state_of(data, {.campaign = campaign, .at = noon + 2s - 1us})["status"] == "draft");
  CHECK(state_of(data, {.campaign = campaign, .at = noon + 2s})["status"] == "running");
}

TEST_CASE("a contact is shown with its runs") {
  given_data data;
  data.write(two_campaigns());
  auto first = state_of(data, {.campaign = campaign, .row = 1});
  CHECK(first["status"] == "completed");
  CHECK(first["history"].size() == 1);
  CHECK(first["history"][0]["outcome"] == "completed");
  auto untouched = state_of(data, {.campaign = campaign, .row = 3});
  CHECK(untouched["status"] == "pending");
  CHECK(untouched["why"]["reason"] == "campaign_paused");
}

TEST_CASE("what was not there yet is not shown") {
  given_data data;
  data.write(two_campaigns());
  std::ostringstream out, errors;
  for (const state_query& query :
       {state_query{.campaign = other, .at = 2ULL},
        state_query{.campaign = {9}},
        state_query{.campaign = campaign, .row = 4}})
    CHECK(print_state(data.with, query, out, errors) == replay::found_wrong);
  CHECK(out.str().empty());
}

TEST_CASE("views that fit the log do not differ from it") {
  given_data data;
  data.write(two_campaigns());
  data.fold_views();
  std::ostringstream out, errors;
  CHECK(print_differences(data.with, out, errors) == replay::all_well);
  CHECK(out.str() == "no differences, at position 21\n");
}

TEST_CASE("a difference is told with the counter that has it") {
  auto log = two_campaigns();
  given_data data;
  data.write(log);
  data.fold_views();
  {
    auto rows = data.open_views();
    // The campaign as it was a step earlier, and a contact that is lost.
    folded_views earlier;
    earlier.fold(log, 7);
    store::key_value_batch wrong;
    auto key = projections::keys::of(projections::keys::campaign, campaign.value);
    wrong.put(key, *earlier.rows().look()->get(key));
    wrong.erase(projections::keys::of(projections::keys::contact, events::contact_key{other, 2}));
    rows->write(wrong);
  }
  std::ostringstream out, errors;
  CHECK(print_differences(data.with, out, errors) == replay::found_wrong);
  auto text = out.str();
  INFO(text);
  CHECK(
    text.find("campaign cmp_000000000007 progress.completed: stored 0, the log says 2")
    != text.npos);
  CHECK(
    text.find("campaign cmp_000000000007 status: stored \"running\", the log says \"paused\"")
    != text.npos);
  CHECK(text.find("contact cmp_000000000008 2: stored null, the log says \"there\"") != text.npos);
}

TEST_CASE("views of another log are not compared") {
  given_data data;
  data.write(two_campaigns());
  given_data stranger;
  stranger.write(two_campaigns());
  stranger.fold_views();
  std::filesystem::copy(
    stranger.with.data / "views",
    data.with.data / "views",
    std::filesystem::copy_options::recursive);
  std::ostringstream out, errors;
  CHECK(print_differences(data.with, out, errors) == replay::found_wrong);
  CHECK(errors.str().find("not of this log") != std::string::npos);
}
