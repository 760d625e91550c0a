// What stands on a key_value may take the one in memory for the one on disk.
#include "store/key_value.hpp"
#include "store/views.hpp"
#include "support/memory_key_value.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <map>
#include <random>

using namespace ringmaster;
using namespace ringmaster::test;
using store::key_value;
using store::key_value_batch;

namespace {

struct in_memory {
  memory_key_value rows;
  key_value& operator*() { return rows; }
};

struct on_disk {
  temporary_directory home;
  std::unique_ptr<key_value> rows =
    std::get<std::unique_ptr<key_value>>(store::open_views(home.path()));
  key_value& operator*() { return *rows; }
};

using keys = std::vector<std::string>;

void put(key_value& rows, const keys& what) {
  key_value_batch batch;
  for (const auto& it : what)
    batch.put(it, "of " + it);
  rows.write(batch);
}

keys scan(
  const key_value& rows,
  std::string_view prefix,
  std::string_view from = {},
  std::size_t most = 99) {
  keys found;
  rows.look()->scan(prefix, from, [&](std::string_view key, std::string_view value) {
    CHECK(value == "of " + std::string{key});
    found.emplace_back(key);
    return found.size() < most;
  });
  return found;
}

keys scan_back(
  const key_value& rows,
  std::string_view prefix,
  std::string_view before = {},
  std::size_t most = 99) {
  keys found;
  rows.look()->scan_back(prefix, before, [&](std::string_view key, std::string_view value) {
    CHECK(value == "of " + std::string{key});
    found.emplace_back(key);
    return found.size() < most;
  });
  return found;
}

} // namespace

TEST_CASE_TEMPLATE("what was written last is read", Kind, in_memory, on_disk) {
  Kind kind;
  key_value& rows = *kind;
  CHECK_FALSE(rows.look()->get("a"));
  rows.write({{{"a", "1"}, {"b", "2"}, {"", "nameless"}}});
  rows.write({{{"a", "3"}, {"b", std::nullopt}, {"c", std::nullopt}}});
  CHECK(rows.look()->get("a") == "3");
  CHECK_FALSE(rows.look()->get("b"));
  CHECK(rows.look()->get("") == "nameless");
}

TEST_CASE_TEMPLATE("within a batch the later change of a key wins", Kind, in_memory, on_disk) {
  Kind kind;
  key_value& rows = *kind;
  rows.write({{{"a", "1"}, {"a", std::nullopt}, {"b", std::nullopt}, {"b", "2"}, {"b", "3"}}});
  CHECK_FALSE(rows.look()->get("a"));
  CHECK(rows.look()->get("b") == "3");
}

TEST_CASE_TEMPLATE("a snapshot does not see what is written after it", Kind, in_memory, on_disk) {
  Kind kind;
  key_value& rows = *kind;
  put(rows, {"a1", "a2"});
  auto before = rows.look();
  put(rows, {"a0", "a3"});
  key_value_batch erase;
  erase.erase("a1");
  rows.write(erase);
  CHECK(before->get("a1"));
  CHECK_FALSE(before->get("a3"));
  keys seen;
  auto collect = [&](std::string_view key, std::string_view) {
    seen.emplace_back(key);
    return true;
  };
  before->scan("a", "", collect);
  CHECK(seen == keys{"a1", "a2"});
  seen.clear();
  before->scan_back("a", "", collect);
  CHECK(seen == keys{"a2", "a1"});
  CHECK(scan(rows, "a") == keys{"a0", "a2", "a3"});
}

TEST_CASE_TEMPLATE("a snapshot outlives the removal of everything", Kind, in_memory, on_disk) {
  Kind kind;
  key_value& rows = *kind;
  put(rows, {"a", "b"});
  auto before = rows.look();
  rows.clear();
  CHECK(before->get("a") == "of a");
  CHECK(scan(rows, "").empty());
  put(rows, {"c"});
  CHECK(scan(rows, "") == keys{"c"});
  rows.clear();
  rows.clear();
  CHECK(scan(rows, "").empty());
}

TEST_CASE_TEMPLATE("a scan goes from a key to the end of its prefix", Kind, in_memory, on_disk) {
  Kind kind;
  key_value& rows = *kind;
  put(rows, {"a", "b", "b1", "b2", "b3", "c", "c1"});
  CHECK(scan(rows, "b") == keys{"b", "b1", "b2", "b3"});
  CHECK(scan(rows, "b", "b2") == keys{"b2", "b3"});
  CHECK(scan(rows, "b", "b1x") == keys{"b2", "b3"});
  CHECK(scan(rows, "b", "b4").empty());
  CHECK(scan(rows, "b", "", 2) == keys{"b", "b1"});
  CHECK(scan(rows, "bb").empty());
  CHECK(scan(rows, "").size() == 7);
}

TEST_CASE_TEMPLATE(
  "a scan back goes from before a key to the beginning", Kind, in_memory, on_disk) {
  Kind kind;
  key_value& rows = *kind;
  put(rows, {"a", "b", "b1", "b2", "b3", "c", "c1"});
  CHECK(scan_back(rows, "b") == keys{"b3", "b2", "b1", "b"});
  CHECK(scan_back(rows, "b", "b2") == keys{"b1", "b"});
  CHECK(scan_back(rows, "b", "b1x") == keys{"b1", "b"});
  CHECK(scan_back(rows, "b", "b").empty());
  CHECK(scan_back(rows, "b", "", 1) == keys{"b3"});
  CHECK(scan_back(rows, "d").empty());
  CHECK(scan_back(rows, "").size() == 7);
}

TEST_CASE_TEMPLATE("a prefix of the highest byte has an end too", Kind, in_memory, on_disk) {
  Kind kind;
  key_value& rows = *kind;
  put(rows, {"a\xff", "a\xff\xff", "b", "\xff", "\xff\xff", "\xff\xff\xff"});
  CHECK(scan(rows, "a\xff") == keys{"a\xff", "a\xff\xff"});
  CHECK(scan_back(rows, "a\xff") == keys{"a\xff\xff", "a\xff"});
  CHECK(scan(rows, "\xff\xff") == keys{"\xff\xff", "\xff\xff\xff"});
  CHECK(scan_back(rows, "\xff") == keys{"\xff\xff\xff", "\xff\xff", "\xff"});
}

TEST_CASE("memory and disk agree on random changes and scans") {
  auto seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937 random{seed};
  auto below = [&](std::uint32_t limit) { return static_cast<std::uint32_t>(random() % limit); };
  auto some_key = [&] {
    std::string key(below(4), 'a');
    for (auto& it : key)
      it = "ab\xff"[below(3)];
    return key;
  };
  in_memory one;
  on_disk other;
  for (int round = 0; round < 300; ++round) {
    key_value_batch batch;
    for (auto left = below(5); left > 0; --left) {
      auto key = some_key();
      batch.changes.push_back({key, below(3) == 0 ? std::nullopt : std::optional{"of " + key}});
    }
    (*one).write(batch);
    (*other).write(batch);
    auto prefix = some_key();
    auto within = below(2) == 0 ? std::string{} : prefix + some_key();
    CHECK(scan(*one, prefix, within) == scan(*other, prefix, within));
    CHECK(scan_back(*one, prefix, within) == scan_back(*other, prefix, within));
  }
}
