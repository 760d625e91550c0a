#include "store/row_codec.hpp"
#include "store/vault.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <random>
#include <set>

using namespace ringmaster;
using namespace ringmaster::test;
using events::contact_list_id;

namespace {

constexpr contact_list_id first_list{0x0102030405060708};
constexpr contact_list_id next_list{0x0102030405060709};

std::unique_ptr<store::vault> open_vault(const std::filesystem::path& directory) {
  auto opened = store::vault::open(directory);
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<std::unique_ptr<store::vault>>(std::move(opened));
}

domain::contact_row person(std::uint32_t row) {
  return {"+1415555" + std::to_string(1000 + row), {"name " + std::to_string(row), "", "ünï"}};
}

void import(store::vault& vault, contact_list_id list, std::uint32_t rows) {
  auto writer = vault.begin_list(list);
  for (std::uint32_t row = 1; row <= rows; ++row)
    writer.add(person(row));
  writer.commit();
}

std::string rejects_of(const store::vault& vault, contact_list_id list) {
  std::string text;
  auto next = vault.open_rejects(list);
  REQUIRE(next);
  while (auto piece = (*next)()) {
    CHECK_FALSE(piece->empty());
    text += *piece;
  }
  return text;
}

std::size_t files_below(const std::filesystem::path& directory) {
  std::size_t files = 0;
  for (const auto& it : std::filesystem::recursive_directory_iterator{directory})
    files += it.is_regular_file();
  return files;
}

auto knows(std::set<contact_list_id> lists) {
  return [lists = std::move(lists)](contact_list_id it) { return lists.contains(it); };
}

constexpr events::attempt_key attempt{events::campaign_id{5}, 17, 2};

} // namespace

TEST_CASE("the rows of a committed list are read by number and in order") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  import(*vault, next_list, 3);
  import(*vault, first_list, 500);
  CHECK(vault->row(first_list, 1) == person(1));
  CHECK(vault->row(first_list, 500) == person(500));
  CHECK_FALSE(vault->row(first_list, 0));
  CHECK_FALSE(vault->row(first_list, 501));
  auto page = vault->rows(first_list, 250, 10);
  REQUIRE(page.size() == 10);
  for (std::uint32_t i = 0; i < 10; ++i)
    CHECK(page[i] == std::pair{250 + i, person(250 + i)});
  CHECK(vault->rows(first_list, 499, 10).size() == 2);
  CHECK(vault->rows(first_list, 501, 10).empty());
  CHECK(vault->rows(next_list, 0, 10).size() == 3);
}

TEST_CASE("a list shows nothing before its commit and everything after, also after a restart") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  {
    auto writer = vault->begin_list(first_list);
    writer.add(person(1));
    writer.add_reject("2,nonsense\r\n");
    CHECK_FALSE(vault->row(first_list, 1));
    CHECK_FALSE(vault->open_rejects(first_list));
    writer.commit();
  }
  for (int restart = 0; restart < 2; ++restart) {
    CHECK(vault->row(first_list, 1) == person(1));
    CHECK(rejects_of(*vault, first_list) == "2,nonsense\r\n");
    vault.reset();
    vault = open_vault(home.path());
  }
}

TEST_CASE("a list that is dropped leaves nothing behind") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  auto before = files_below(home.path());
  {
    auto writer = vault->begin_list(first_list);
    writer.add(person(1));
    writer.add_reject("2,nonsense\r\n");
    auto moved = std::move(writer);
    moved.add(person(2));
    CHECK(files_below(home.path()) == before + 2);
  }
  CHECK(files_below(home.path()) == before);
  CHECK(vault->rows(first_list, 1, 10).empty());
}

TEST_CASE("a list of several files appears as one") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  auto writer = vault->begin_list(first_list);
  std::mt19937 random{1}; // what cannot be compressed fills files
  std::string noise(1U << 20, ' ');
  for (std::uint32_t row = 1; row <= 150; ++row) {
    for (auto& it : noise)
      it = static_cast<char>(random());
    writer.add({"+1", {std::to_string(row), noise}});
  }
  CHECK(files_below(home.path() / "incoming") > 1);
  writer.commit();
  CHECK(files_below(home.path() / "incoming") == 0);
  CHECK(vault->rows(first_list, 1, 1'000).size() == 150);
  CHECK(vault->row(first_list, 150)->values.at(0) == "150");
}

TEST_CASE("a list may be empty, and have only rejects") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  import(*vault, first_list, 0);
  CHECK(vault->rows(first_list, 1, 10).empty());
  CHECK_FALSE(vault->open_rejects(first_list));
  auto writer = vault->begin_list(next_list);
  writer.add_reject("a\r\n");
  writer.add_reject("b\r\n");
  writer.commit();
  CHECK(rejects_of(*vault, next_list) == "a\r\nb\r\n");
}

TEST_CASE("rejects are read piece by piece until the reader has enough") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  std::string line(1'024, 'x');
  auto writer = vault->begin_list(first_list);
  for (int i = 0; i < 192; ++i)
    writer.add_reject(line);
  writer.commit();
  CHECK(rejects_of(*vault, first_list).size() == 192U << 10);
  auto next = vault->open_rejects(first_list);
  REQUIRE(next);
  auto piece = (*next)();
  REQUIRE(piece);
  CHECK(piece->size() < 100'000);
}

TEST_CASE("what a crash left of an upload is swept away") {
  temporary_directory home;
  temporary_directory image;
  auto vault = open_vault(home.path());
  import(*vault, first_list, 3);
  auto writer = vault->begin_list(next_list);
  writer.add(person(1));
  writer.add_reject("2,nonsense\r\n");
  std::filesystem::remove_all(image.path());
  std::filesystem::copy(home.path(), image.path(), std::filesystem::copy_options::recursive);
  auto survivor = open_vault(image.path());
  CHECK(files_below(image.path() / "incoming") == 2);
  survivor->sweep(knows({first_list}));
  CHECK(files_below(image.path() / "incoming") == 0);
  CHECK(survivor->rows(first_list, 1, 10).size() == 3);
  import(*survivor, next_list, 2);
  CHECK(survivor->rows(next_list, 1, 10).size() == 2);
}

TEST_CASE("rows and rejects of a list that the log does not know are swept away") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  std::vector<contact_list_id> lists;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    lists.push_back({i << 40U});
    auto writer = vault->begin_list(lists.back());
    writer.add(person(1));
    writer.add(person(2));
    writer.add_reject("3,nonsense\r\n");
    writer.commit();
  }
  vault->put_results(std::vector<store::vault::result>{{attempt, {}}});
  vault->sweep(knows({lists[1], lists[3]}));
  for (int restart = 0; restart < 2; ++restart) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      bool kept = i == 1 || i == 3;
      CHECK(vault->rows(lists[i], 1, 10).size() == (kept ? 2 : 0));
      CHECK(vault->row(lists[i], 1).has_value() == kept);
      CHECK(vault->open_rejects(lists[i]).has_value() == kept);
    }
    CHECK(vault->result_of(attempt));
    vault.reset();
    vault = open_vault(home.path());
  }
}

TEST_CASE("results are found under their attempt, the last one written, after a restart too") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  events::call_result what{R"([{"role":"agent"}])", R"({"a":1})", "https://x/1.wav", true};
  auto other = attempt;
  other.attempt = 3;
  CHECK_FALSE(vault->result_of(attempt));
  vault->put_results(std::vector<store::vault::result>{{attempt, {}}, {other, what}});
  vault->put_results(std::vector<store::vault::result>{{attempt, what}});
  vault->put_results(std::vector<store::vault::result>{{attempt, what}});
  vault->put_results({});
  CHECK(vault->result_of(attempt) == what);
  vault.reset();
  vault = open_vault(home.path());
  CHECK(vault->result_of(attempt) == what);
  CHECK(vault->result_of(other) == what);
}

TEST_CASE("a vault that is open is not opened a second time") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  auto again = store::vault::open(home.path());
  REQUIRE(std::holds_alternative<std::string>(again));
  CHECK(std::get<std::string>(again).find("is in use by another process") != std::string::npos);
}

TEST_CASE("rows and results are the same after their bytes, whatever is in them") {
  std::string bytes;
  for (const auto& it :
       {domain::contact_row{},
        domain::contact_row{"+1", {"", std::string(300, 'x'), {"\0\xff", 2}}}}) {
    store::encode(it, bytes);
    CHECK(store::decode_row(bytes) == it);
    CHECK_FALSE(store::decode_result(bytes));
    for (std::size_t cut = 0; cut < bytes.size(); ++cut)
      CHECK(store::decode_row(std::string_view{bytes}.substr(0, cut)) != it);
  }
  events::call_result result{"[1]", "{}", "https://x", true};
  store::encode(result, bytes);
  CHECK(store::decode_result(bytes) == result);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut)
    CHECK_FALSE(store::decode_result(std::string_view{bytes}.substr(0, cut)));
  CHECK_FALSE(store::decode_result(bytes + "x"));
}

TEST_CASE("no bytes break the reading of a row or a result") {
  auto seed = std::random_device{}();
  INFO("seed ", seed);
  std::mt19937 random{seed};
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes(random() % 20, '\0');
    for (auto& it : bytes)
      it = static_cast<char>(random() % 4 == 0 ? random() : random() % 4);
    if (auto row = store::decode_row(bytes))
      CHECK(row->values.size() < bytes.size());
    (void)store::decode_result(bytes);
  }
}

TEST_CASE(
  "the rows of a phone number are found in all lists, and nothing that only looks like it") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  import(*vault, first_list, 3);
  auto writer = vault->begin_list(next_list);
  writer.add({"+1415555100", {}});
  writer.add({"+14155550000", {"was +14155551002"}});
  writer.add(person(2));
  writer.commit();
  using place = std::pair<contact_list_id, std::uint32_t>;
  CHECK(
    vault->rows_with(person(2).phone_number)
    == std::vector<place>{{first_list, 2}, {next_list, 3}});
  CHECK(vault->rows_with("+14155559999").empty());
}

TEST_CASE("another process reads a vault that is open") {
  temporary_directory home;
  auto vault = open_vault(home.path());
  import(*vault, first_list, 3);
  auto opened = store::vault::open_read_only(home.path());
  REQUIRE(std::holds_alternative<std::unique_ptr<const store::vault>>(opened));
  CHECK(std::get<std::unique_ptr<const store::vault>>(opened)->row(first_list, 2) == person(2));
  CHECK(std::holds_alternative<std::string>(store::vault::open_read_only(home.path() / "missing")));
}
