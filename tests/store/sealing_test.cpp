#include "store/sealing.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

store::sealing_key key_at(const std::filesystem::path& file) {
  auto made = store::sealing_key::create(file);
  if (const auto* why = std::get_if<std::string>(&made))
    FAIL(*why);
  return std::get<store::sealing_key>(std::move(made));
}

std::string trouble(const std::variant<store::sealing_key, std::string>& answer) {
  const auto* why = std::get_if<std::string>(&answer);
  return why ? *why : "";
}

} // namespace

TEST_CASE("what is sealed comes back with its own key and binding, and with no other") {
  temporary_directory home;
  auto key = key_at(home.path() / "key");
  auto other = key_at(home.path() / "other");
  auto sealed = key.seal("a token", "trk_1.auth_token");
  CHECK(key.open(sealed, "trk_1.auth_token") == "a token");
  CHECK_FALSE(key.open(sealed, "trk_2.auth_token"));
  CHECK_FALSE(other.open(sealed, "trk_1.auth_token"));
  CHECK(key.open(key.seal("", ""), "") == "");
}

TEST_CASE("no byte of a seal can be changed, and none be left out") {
  temporary_directory home;
  auto key = key_at(home.path() / "key");
  auto sealed = key.seal("a token", "name");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    auto changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(key.open(changed, "name"));
    CHECK_FALSE(key.open(sealed.substr(0, i), "name"));
  }
}

TEST_CASE("the same text is sealed otherwise each time, and does not show") {
  temporary_directory home;
  auto key = key_at(home.path() / "key");
  auto sealed = key.seal("a token", "name");
  CHECK(sealed != key.seal("a token", "name"));
  CHECK(sealed.find("token") == std::string::npos);
}

TEST_CASE("a key is for its owner's eyes, is read again, and is never replaced") {
  temporary_directory home;
  auto file = home.path() / "key";
  auto sealed = key_at(file).seal("a token", "name");
  struct stat about {};
  REQUIRE(::stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  auto again = store::sealing_key::load(file);
  CHECK(std::get<store::sealing_key>(again).open(sealed, "name") == "a token");
  CHECK(trouble(store::sealing_key::create(file)) == file.string() + " is there already");
}

TEST_CASE("a file that holds no key says so") {
  temporary_directory home;
  auto file = home.path() / "key";
  CHECK(trouble(store::sealing_key::load(file)).ends_with("No such file or directory"));
  std::ofstream{file} << "password";
  CHECK(trouble(store::sealing_key::load(file)).find("64 digits") != std::string::npos);
}

TEST_CASE("a key for another purpose is always the same, and another for each purpose and key") {
  temporary_directory home;
  auto key = key_at(home.path() / "key");
  auto again = std::get<store::sealing_key>(store::sealing_key::load(home.path() / "key"));
  CHECK(key.derived("callbacks").size() == 32);
  CHECK(key.derived("callbacks") == again.derived("callbacks"));
  CHECK(key.derived("callbacks") != key.derived("cursors"));
  CHECK(key.derived("callbacks") != key_at(home.path() / "other").derived("callbacks"));
}

TEST_CASE("a key that cannot be kept is not made") {
  temporary_directory home;
  auto nowhere = home.path() / "missing" / "key";
  CHECK(
    trouble(store::sealing_key::create(nowhere))
    == nowhere.string() + ".new: No such file or directory");
  std::filesystem::create_directories(home.path() / "taken" / "inside");
  CHECK(
    trouble(store::sealing_key::create(home.path() / "taken")).find(home.path() / "taken")
    != std::string::npos);
}
