#include "store/secrets.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

struct safe {
  temporary_directory home;
  std::filesystem::path directory = home.path() / "secrets";
  std::filesystem::path key = home.path() / "key";

  [[nodiscard]] auto open() const { return store::secrets::open(directory, key); }
  [[nodiscard]] std::unique_ptr<store::secrets> opened() const {
    auto answer = open();
    if (const auto* why = std::get_if<std::string>(&answer))
      FAIL(*why);
    return std::get<std::unique_ptr<store::secrets>>(std::move(answer));
  }
  [[nodiscard]] std::string refusal() const {
    auto answer = open();
    auto* why = std::get_if<std::string>(&answer);
    REQUIRE(why);
    // Whoever only looks is told the same.
    auto looked = store::trouble_with_secrets(directory, key);
    REQUIRE(looked);
    CHECK("secrets: " + *looked == *why);
    return *why;
  }
};

using names = std::vector<std::string>;

} // namespace

TEST_CASE("secrets are found by owner and name, after a restart too") {
  safe of;
  {
    auto all = of.opened();
    all->put("trk_1", "auth_token", "first");
    all->put("trk_1", "api_key", "second");
    all->put("trk_2", "auth_token", "third");
    all->put("trk_1", "auth_token", "changed");
  }
  auto all = of.opened();
  CHECK(all->find("trk_1", "auth_token") == "changed");
  CHECK(all->find("trk_2", "auth_token") == "third");
  CHECK_FALSE(all->find("trk_2", "api_key"));
  CHECK(all->names_of("trk_1") == names{"api_key", "auth_token"});
  CHECK(all->names_of("trk_3").empty());
}

TEST_CASE("no secret stands in any file") {
  safe of;
  of.opened()->put("trk_1", "auth_token", "a3f1-token-of-mine");
  for (const auto& it : std::filesystem::recursive_directory_iterator{of.home.path()}) {
    if (!it.is_regular_file())
      continue;
    std::ifstream in{it.path(), std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    CHECK(bytes.find("token-of-mine") == std::string::npos);
  }
}

TEST_CASE("an owner's secrets are forgotten together, and no other's") {
  safe of;
  auto all = of.opened();
  all->put("trk_1", "auth_token", "first");
  all->put("trk_1", "api_key", "second");
  all->put("trk_2", "auth_token", "third");
  all->forget("trk_1");
  CHECK(all->names_of("trk_1").empty());
  CHECK(all->find("trk_2", "auth_token") == "third");
  all->forget("trk_1");
}

TEST_CASE("secrets put aside are in use once the version that they go with is reached") {
  safe of;
  auto all = of.opened();
  all->put("trk_1", "auth_token", "old");
  all->put_aside("trk_1", 10, {{"auth_token", "new"}, {"api_key_secret", "more"}});
  CHECK(all->find("trk_1", "auth_token") == "old");
  CHECK(all->names_of("trk_1") == names{"auth_token"});
  all->settle("trk_1", 10);
  CHECK(all->find("trk_1", "auth_token") == "new");
  CHECK(all->names_of("trk_1") == names{"api_key_secret", "auth_token"});
  CHECK(store::count_secrets(of.directory) == 2);
}

TEST_CASE("secrets put aside for what was never recorded are dropped, after a crash too") {
  safe of;
  {
    auto all = of.opened();
    all->put("trk_1", "auth_token", "old");
    all->put_aside("trk_1", 10, {{"auth_token", "refused"}});
    all->settle("trk_1", 9);
    CHECK(all->find("trk_1", "auth_token") == "old");
    all->put_aside("trk_1", 10, {{"auth_token", "cut short"}});
    all->put_aside("trk_2", 3, {{"password", "of another"}});
  }
  auto all = of.opened();
  CHECK(all->find("trk_1", "auth_token") == "old");
  all->settle_all(
    [](const std::string& owner) -> std::uint64_t { return owner == "trk_2" ? 3 : 9; });
  CHECK(all->find("trk_2", "password") == "of another");
  all->settle("trk_1", 11);
  CHECK(all->find("trk_1", "auth_token") == "old");
  all->forget("trk_2");
  CHECK(store::count_secrets(of.directory) == 1);
}

TEST_CASE("a sweep leaves the secrets of those who are known") {
  safe of;
  auto all = of.opened();
  all->put("trk_1", "auth_token", "first");
  all->put("trk_2", "auth_token", "third");
  all->sweep([](const std::string& owner) { return owner == "trk_2"; });
  CHECK_FALSE(all->find("trk_1", "auth_token"));
  CHECK(all->find("trk_2", "auth_token") == "third");
}

TEST_CASE("secrets without their key are told of, and no other key is made") {
  safe of;
  of.opened()->put("trk_1", "auth_token", "first");
  std::filesystem::rename(of.key, of.home.path() / "elsewhere");
  auto why = of.refusal();
  CHECK(
    why.find("1 secret of trunks and webhooks cannot be read, because the key is missing")
    != why.npos);
  CHECK(why.find(of.key.string()) != why.npos);
  CHECK_FALSE(std::filesystem::exists(of.key));
  std::filesystem::rename(of.home.path() / "elsewhere", of.key);
  CHECK(of.opened()->find("trk_1", "auth_token") == "first");
}

TEST_CASE("secrets of another key are told of by name") {
  safe of;
  of.opened()->put("trk_1", "auth_token", "first");
  safe another;
  (void)another.opened();
  std::filesystem::copy_file(
    another.key, of.key, std::filesystem::copy_options::overwrite_existing);
  auto why = of.refusal();
  CHECK(why.find("the secret auth_token of trk_1") != why.npos);
  CHECK(why.find("was sealed with another key") != why.npos);
}

TEST_CASE("where there is no secret yet, a look makes no key") {
  safe of;
  CHECK_FALSE(store::trouble_with_secrets(of.directory, of.key));
  CHECK_FALSE(std::filesystem::exists(of.key));
}

TEST_CASE("names of secrets are short words") {
  CHECK(store::secrets::is_name("auth_token"));
  CHECK(store::secrets::is_name(std::string(64, 'a')));
  CHECK_FALSE(store::secrets::is_name(std::string(65, 'a')));
  for (const auto* it : {"", "a.b", "A", "a/b", "..", "a b"})
    CHECK_FALSE(store::secrets::is_name(it));
}

TEST_CASE("the server's own keys are the same after a restart") {
  safe of;
  auto key = of.opened()->own_key("callbacks");
  CHECK(key.size() == 32);
  CHECK(of.opened()->own_key("callbacks") == key);
}
