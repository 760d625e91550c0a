#include "app/stores.hpp"
#include "projections/keys.hpp"
#include "projections/projection.hpp"
#include "projections/rows.hpp"
#include "store/views.hpp"
#include "support/sample_events.hpp"
#include "support/temporary_directory.hpp"

#include <map>
#include <optional>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

app::stores open(const std::filesystem::path& data) {
  auto opened = app::open_stores(data, {});
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<app::stores>(std::move(opened));
}

/// A log with every type of event, a few times over, and views of it: folded at its
/// end, or of each turn when the next begins.
void write_samples(const std::filesystem::path& data, bool views_each_turn = false) {
  std::map<events::stream_id, std::uint64_t> versions;
  auto write_turn = [&](const app::stores& all, int turn) {
    all.journal->look_up_versions_with([&](const events::stream_id& of) { return versions[of]; });
    for (const auto& it : one_of_each()) {
      store::append one{
        .stream = sample_stream(it), .expected_version = store::any_version, .events = {it}};
      REQUIRE(all.journal->write(std::vector{one}, sample_time(turn)).committed.size() == 1);
      ++versions[one.stream];
    }
  };
  auto all = std::optional{open(data)};
  for (int turn = 0; turn < 3; ++turn) {
    write_turn(*all, turn);
    if (views_each_turn) {
      all.reset();
      all = open(data);
    }
  }
  all.reset();
  (void)open(data);
}

store::rows_digest digest_of_views(const std::filesystem::path& data) {
  auto opened = store::open_views(data / "views");
  return store::digest(*std::get<std::unique_ptr<store::key_value>>(opened));
}

app::rebuilt_views rebuild(const std::filesystem::path& data) {
  auto answer = app::rebuild_views(data, [](auto, auto) {});
  if (const auto* why = std::get_if<std::string>(&answer))
    FAIL(*why);
  return std::get<app::rebuilt_views>(answer);
}

} // namespace

TEST_CASE("views that are folded anew are the same byte for byte") {
  temporary_directory home;
  write_samples(home.path());
  auto before = digest_of_views(home.path());
  auto result = rebuild(home.path());
  CHECK(result.events == 3 * one_of_each().size());
  CHECK(before.rows > 4);
  CHECK(result.before == before);
  CHECK(result.after == before);
  CHECK(digest_of_views(home.path()) == before);
}

TEST_CASE(
  "views that came in many goes, each from where the last one stopped, are those folded at once") {
  temporary_directory in_goes;
  temporary_directory at_once;
  write_samples(in_goes.path(), /*views_each_turn=*/true);
  write_samples(at_once.path());
  auto before = digest_of_views(in_goes.path());
  CHECK(before.rows == digest_of_views(at_once.path()).rows);
  CHECK(rebuild(in_goes.path()).after == before);
}

TEST_CASE("a row that is changed, added or lost changes the digest, and a rebuild heals it") {
  temporary_directory home;
  write_samples(home.path());
  auto before = digest_of_views(home.path());
  for (const std::string& key :
       {projections::keys::of(projections::keys::workflow, sample_workflow.value),
        std::string{"?"}}) {
    {
      auto opened = store::open_views(home.path() / "views");
      store::key_value_batch batch;
      batch.put(key, "something else");
      std::get<std::unique_ptr<store::key_value>>(opened)->write(batch);
    }
    CHECK_FALSE(digest_of_views(home.path()) == before);
    CHECK(rebuild(home.path()).after == before);
  }
}

TEST_CASE("views of an older version are folded anew at the start") {
  temporary_directory home;
  write_samples(home.path());
  auto before = digest_of_views(home.path());
  {
    auto opened = store::open_views(home.path() / "views");
    auto& rows = *std::get<std::unique_ptr<store::key_value>>(opened);
    auto at = projections::read_checkpoint(rows);
    --at.format;
    store::key_value_batch batch;
    batch.put(std::string{projections::keys::checkpoint}, projections::rows::encode(at));
    batch.put("C-of-old", "a row that has no meaning any more");
    rows.write(batch);
  }
  (void)open(home.path());
  CHECK(digest_of_views(home.path()) == before);
}

TEST_CASE("views are not rebuilt under a server") {
  temporary_directory home;
  write_samples(home.path());
  auto serving = open(home.path());
  auto answer = app::rebuild_views(home.path(), [](auto, auto) {});
  REQUIRE(std::holds_alternative<std::string>(answer));
  CHECK(std::get<std::string>(answer).find("in use by another process") != std::string::npos);
}

TEST_CASE("secrets that a crash left aside are taken into use if their edit is on record") {
  temporary_directory home;
  auto data = home.path() / "data";
  auto open_all = [&] {
    auto all = open(data);
    if (auto why = app::open_secrets(all, home.path() / "secrets", home.path() / "key"))
      FAIL(*why);
    return all;
  };
  events::trunk_created trunk;
  trunk.trunk = {9};
  auto stream = events::stream_of(trunk.trunk);
  auto owner = to_string(trunk.trunk);
  {
    auto all = open(data);
    store::append one{.stream = stream, .expected_version = 0, .events = {trunk}};
    REQUIRE(all.journal->write(std::vector{one}, sample_time(1)).committed.size() == 1);
  }
  {
    auto all = open_all();
    all.secrets->put(owner, "auth_token", "old");
    all.secrets->put_aside(owner, 2, {{"auth_token", "never recorded"}});
  }
  {
    auto all = open_all();
    CHECK(all.secrets->find(owner, "auth_token") == "old");
    all.secrets->put_aside(owner, 1, {{"auth_token", "recorded"}});
  }
  CHECK(open_all().secrets->find(owner, "auth_token") == "recorded");
}
