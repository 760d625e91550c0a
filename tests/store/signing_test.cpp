#include "store/damaged_log.hpp"
#include "store/signing.hpp"

#include <sys/stat.h>

using namespace ringmaster;
using namespace ringmaster::test;

namespace {

store::signing_key key_in(const std::filesystem::path& file) {
  auto made = store::signing_key::load_or_create(file);
  if (const auto* why = std::get_if<std::string>(&made))
    FAIL(*why);
  return std::get<store::signing_key>(std::move(made));
}

constexpr store::journal_head head{.position = 1042, .hash = {1, 2, 3}, .recorded_at = nine};

} // namespace

TEST_CASE("a key is made once, for its owner's eyes, and read again") {
  temporary_directory home;
  auto file = home.path() / "key.pem";
  auto made = key_in(file);
  CHECK(key_in(file).public_key() == made.public_key());
  struct stat about {};
  REQUIRE(::stat(file.c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK(key_in(home.path() / "other.pem").public_key() != made.public_key());
}

TEST_CASE("a signature holds for what was signed and nothing else") {
  temporary_directory home;
  auto it = key_in(home.path() / "key.pem").sign(head, "generation");
  CHECK(store::is_well_signed(it));
  auto changed = [&](const std::function<void(events::head_signed&)>& change) {
    auto other = it;
    change(other);
    return store::is_well_signed(other);
  };
  CHECK_FALSE(changed([](auto& one) { ++one.position; }));
  CHECK_FALSE(changed([](auto& one) { one.hash.back() = 'f'; }));
  CHECK_FALSE(changed([](auto& one) { one.generation += 'x'; }));
  CHECK_FALSE(changed([](auto& one) { one.signature.front() ^= 1; }));
  CHECK_FALSE(changed([](auto& one) { one.signature.pop_back(); }));
  CHECK_FALSE(changed([](auto& one) { one.public_key = std::string(64, '0'); }));
  CHECK_FALSE(changed([](auto& one) { one.public_key = "no key"; }));
  CHECK_FALSE(changed([](auto& one) { one.signature.clear(); }));
}

TEST_CASE("what is signed are four lines that any program can put together") {
  temporary_directory home;
  auto it = key_in(home.path() / "key.pem").sign(head, "generation");
  CHECK(
    store::statement_of(it)
    == "ringmaster head 1\ngeneration\n1042\n010203" + std::string(58, '0') + "\n");
}

TEST_CASE("the public half is exported, and found in either file") {
  temporary_directory home;
  auto file = home.path() / "key.pem";
  auto key = key_in(file);
  auto pem = store::to_pem(key.public_key());
  CHECK(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"));
  std::ofstream{home.path() / "public.pem"} << pem;
  CHECK(store::read_public_key(home.path() / "public.pem").public_key == key.public_key());
  CHECK(store::read_public_key(file).public_key == key.public_key());
  CHECK(says(store::read_public_key(home.path() / "none").trouble, "No such file"));
  std::ofstream{home.path() / "text"} << "no key";
  CHECK(says(store::read_public_key(home.path() / "text").trouble, "not an Ed25519 key"));
}

TEST_CASE("a key file with anything else in it is left alone") {
  temporary_directory home;
  auto file = home.path() / "key.pem";
  std::ofstream{file} << "precious";
  auto made = store::signing_key::load_or_create(file);
  REQUIRE(std::holds_alternative<std::string>(made));
  CHECK(says(std::get<std::string>(made), "not an Ed25519 private key"));
  CHECK(bytes_of(file) == "precious");
}
