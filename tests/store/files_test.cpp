#include "store/dying.hpp"
#include "store/files.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

/// Ends with the name of the file and the system's word for why.
bool gives_up(
  const std::filesystem::path& path,
  std::string_view why,
  void (*what)(const std::filesystem::path&)) {
  auto seen = dies([&] { what(path); });
  CHECK(seen.exit_code == 70);
  return seen.last_words == "ringmaster: fatal: " + path.string() + ": " + std::string{why} + "\n";
}

} // namespace

TEST_CASE("a file has its name when it is whole, and not before") {
  temporary_directory home;
  auto fresh = home.path() / "fresh";
  auto name = home.path() / "name";
  store::file_writer out{fresh};
  out.write("all ");
  CHECK_FALSE(std::filesystem::exists(name));
  out.write("of it");
  out.publish(name);
  CHECK(text_of(name) == "all of it");
  CHECK_FALSE(std::filesystem::exists(fresh));
}

TEST_CASE("whatever cannot be written ends the process, which says the file and why") {
  temporary_directory home;
  auto nowhere = home.path() / "nowhere" / "file";
  auto file = home.path() / "file";
  std::ofstream{file} << "x";
  using path = std::filesystem::path;
  CHECK(
    gives_up(nowhere, "No such file or directory", [](const path& it) { store::file_writer{it}; }));
  CHECK(gives_up(home.path(), "Is a directory", [](const path& it) { store::number_file{it}; }));
  CHECK(gives_up(nowhere, "No such file or directory", store::sync_file));
  CHECK(gives_up(file, "Not a directory", store::sync_directory));
  CHECK(gives_up(file / "below", "Not a directory", store::make_directories));
  CHECK(gives_up(nowhere, "No such file or directory", [](const path& it) {
    store::file_writer{it.parent_path().parent_path() / "fresh"}.publish(it);
  }));
}

TEST_CASE("a secret is for its owner alone, and says why it cannot be kept") {
  temporary_directory home;
  auto file = home.path() / "key";
  CHECK(store::write_private(file, "first").empty());
  CHECK(store::write_private(file, "second").empty());
  CHECK(text_of(file) == "second");
  using std::filesystem::perms;
  CHECK(std::filesystem::status(file).permissions() == (perms::owner_read | perms::owner_write));
  auto nowhere = home.path() / "nowhere" / "key";
  CHECK(store::write_private(nowhere, "x") == nowhere.string() + ".new: No such file or directory");
  std::filesystem::create_directories(home.path() / "taken" / "below");
  CHECK(
    store::write_private(home.path() / "taken", "x")
    == (home.path() / "taken").string() + ": Is a directory");
}

TEST_CASE("a number that nobody wrote is none") {
  temporary_directory home;
  auto file = home.path() / "number";
  CHECK(store::peek_number(file) == 0);
  store::number_file number{file};
  CHECK(number.read() == 0);
  number.write(1'234'567'890'123);
  CHECK(number.read() == 1'234'567'890'123);
  CHECK(store::peek_number(file) == 1'234'567'890'123);
}
