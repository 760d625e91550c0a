#include "store/damaged_log.hpp"
#include "store/hex.hpp"
#include "tools/replay/verify_command.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

using namespace ringmaster;
using namespace ringmaster::test;
using nlohmann::json;

namespace {

struct given_data {
  explicit given_data(std::uint32_t events) {
    with.data = home.path();
    log = open_log(with.journal());
    write_batches(*log, 1, events);
  }

  std::string said(replay::status expected, const std::vector<replay::noted_head>& heads = {}) {
    std::ostringstream out;
    CHECK(print_verification(with, {.expected = heads}, out) == expected);
    return out.str();
  }

  temporary_directory home;
  replay::common with;
  std::unique_ptr<store::journal> log;
};

} // namespace

TEST_CASE("an intact chain is told with its length and head") {
  given_data data{7};
  auto head = store::to_hex(data.log->head().hash);
  CHECK(says(data.said(replay::all_well), "7 events, chain intact, head " + head + "\n"));
  data.with.as_json = true;
  auto body = json::parse(data.said(replay::all_well));
  CHECK(body["intact"] == true);
  CHECK(body["head"]["position"] == 7);
  CHECK(body["head"]["hash"] == head);
  CHECK(body["generation"] == data.log->generation());
  CHECK(body["damage"] == nullptr);
}

TEST_CASE("a broken chain is told with its first bad position") {
  given_data data{7};
  data.log.reset();
  tamper(data.with.journal(), [](rocksdb::DB& raw, auto*) { CHECK(raw.Delete({}, key(5)).ok()); });
  auto text = data.said(replay::found_wrong);
  CHECK(says(text, "position 5 is missing"));
  CHECK(says(text, "before it: 4 events, chain intact"));
  data.with.as_json = true;
  auto body = json::parse(data.said(replay::found_wrong));
  CHECK(body["intact"] == false);
  CHECK(body["damage"]["position"] == 5);
  CHECK(body["damage"]["fault"] == "missing");
}

TEST_CASE("a head noted earlier must still be in the log") {
  given_data data{7};
  auto at = [&](std::uint64_t position) {
    return replay::noted_head{position, store::to_hex(*data.log->hash_at(position))};
  };
  auto fourth = at(4);
  CHECK(says(data.said(replay::all_well, {fourth, at(7)}), "intact"));
  CHECK(
    says(data.said(replay::found_wrong, {fourth, {5, fourth.hash}}), "the log was written anew"));
  CHECK(says(data.said(replay::found_wrong, {{8, fourth.hash}}), "which ends at 7"));
  data.with.as_json = true;
  CHECK(json::parse(data.said(replay::all_well, {fourth}))["unmet_head"] == nullptr);
  CHECK(json::parse(data.said(replay::found_wrong, {{8, fourth.hash}}))["unmet_head"].is_string());
}

TEST_CASE("a noted head is a position and a hash") {
  std::string hash(64, 'a');
  auto it = replay::parse_noted_head("1042:" + hash);
  CHECK(it.position == 1042);
  CHECK(it.hash == hash);
  for (auto text : {"", "1042", "1042:abc", ":"})
    CHECK_THROWS_AS((void)replay::parse_noted_head(text), replay::trouble);
  CHECK_THROWS_AS((void)replay::parse_noted_head("x:" + hash), replay::trouble);
}
