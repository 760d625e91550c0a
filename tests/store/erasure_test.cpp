#include "store/answer_book.hpp"
#include "store/vault.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

constexpr events::contact_list_id list{77};
constexpr events::contact_key called{events::campaign_id{5}, 2};
const std::string number = "+14155550123";
const std::string name = "Zebedee Quillfeather";

template <class Store>
std::unique_ptr<Store> open_store(const std::filesystem::path& directory) {
  auto opened = Store::open(directory);
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<std::unique_ptr<Store>>(std::move(opened));
}

/// Three people, the second of whom is ours.
void import(store::vault& vault) {
  auto writer = vault.begin_list(list);
  writer.add({"+14155550122", {"Ann"}});
  writer.add({number, {name}});
  writer.add({"+14155550124", {"Bob"}});
  writer.add_reject("line,column,reason,value,first_line\n");
  writer.add_reject("5,phone_number,duplicate,(415) 555-0123,3\n");
  writer.add_reject("6,phone_number,too_short,\"12\n34\",\n");
  writer.commit();
}

events::call_result result() {
  return {
    .transcript = R"([{"role":"user","text":"I am Zebedee Quillfeather"}])",
    .gathered_context = "{}",
    .recording_url = "https://example.com/zebedee"};
}

bool any_file_holds(const std::filesystem::path& directory, const std::string& text) {
  for (const auto& it : std::filesystem::recursive_directory_iterator{directory}) {
    if (!it.is_regular_file())
      continue;
    std::ifstream file{it.path(), std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{file}, {}};
    if (bytes.find(text) != std::string::npos)
      return true;
  }
  return false;
}

void erase(store::vault& vault) {
  store::vault::erasure what{.list = list, .row = 2, .by = "key:ann"};
  vault.begin_erasure(what);
  vault.erase_rejects(number);
  vault.erase_row(list, 2);
  vault.erase_results(called);
  vault.finish_erasure(what);
}

} // namespace

TEST_CASE("who is erased is in no file any more, and the others are") {
  temporary_directory home;
  auto vault = open_store<store::vault>(home.path());
  import(*vault);
  store::vault::result kept{.attempt = {called.campaign, called.row, 1}, .what = result()};
  vault->put_results({&kept, 1});
  REQUIRE(any_file_holds(home.path(), "Quillfeather"));
  erase(*vault);
  CHECK_FALSE(vault->row(list, 2));
  CHECK(vault->is_erased(list, 2));
  CHECK_FALSE(vault->is_erased(list, 3));
  CHECK_FALSE(vault->is_erased(list, 4));
  CHECK_FALSE(vault->result_of(kept.attempt));
  CHECK(vault->rows_with(number).empty());
  auto rows = vault->rows(list, 1, 10);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].first == 1);
  CHECK(rows[1].first == 3);
  CHECK_FALSE(any_file_holds(home.path(), "Quillfeather"));
  CHECK_FALSE(any_file_holds(home.path(), "555-0123"));
  CHECK(any_file_holds(home.path(), "too_short"));
  CHECK(any_file_holds(home.path(), "\"12\n34\""));
  vault.reset();
  vault = open_store<store::vault>(home.path());
  CHECK(vault->is_erased(list, 2));
  CHECK(vault->row(list, 3)->values.front() == "Bob");
}

TEST_CASE("an erasure that was begun is known until it is finished") {
  temporary_directory home;
  auto vault = open_store<store::vault>(home.path());
  import(*vault);
  vault->begin_erasure({.list = list, .row = 2, .by = "key:ann"});
  vault->begin_erasure({.list = list, .row = 2, .by = "key:ann"});
  vault.reset();
  vault = open_store<store::vault>(home.path());
  auto begun = vault->begun_erasures();
  REQUIRE(begun.size() == 1);
  CHECK(begun[0].list == list);
  CHECK(begun[0].row == 2);
  CHECK(begun[0].by == "key:ann");
  erase(*vault);
  CHECK(vault->begun_erasures().empty());
}

TEST_CASE("answers that hold the number are forgotten, and others stay") {
  temporary_directory home;
  auto book = open_store<store::answer_book>(home.path());
  store::kept_answer about_him{
    .digest = "d", .status = 200, .headers = {}, .body = "{\"value\":\"" + number + "\"}"};
  store::kept_answer other{.digest = "d", .status = 200, .headers = {}, .body = "{}"};
  book->keep("one", about_him, {});
  book->keep("two", other, {});
  book->erase_with("14155550123");
  CHECK_FALSE(book->find("one"));
  CHECK(book->find("two") == other);
  CHECK_FALSE(any_file_holds(home.path(), "14155550123"));
}
