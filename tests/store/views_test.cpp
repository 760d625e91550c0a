#include "store/views.hpp"
#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace ringmaster;
using namespace ringmaster::test;
using store::key_value;

namespace {

std::unique_ptr<key_value> open_views(const std::filesystem::path& directory) {
  auto opened = store::open_views(directory);
  if (const auto* why = std::get_if<std::string>(&opened))
    FAIL(*why);
  return std::get<std::unique_ptr<key_value>>(std::move(opened));
}

std::filesystem::path file_with(const std::filesystem::path& directory, std::string_view name) {
  for (const auto& it : std::filesystem::directory_iterator{directory}) {
    if (it.path().filename().string().find(name) != std::string::npos)
      return it.path();
  }
  FAIL("no such file");
  return {};
}

/// Views with a row in a sorted file (opening moves it there) and a row in the
/// WAL.
void make_views(const std::filesystem::path& directory) {
  open_views(directory)->write({{{"a", "1"}}});
  open_views(directory)->write({{{"b", "2"}}});
}

} // namespace

TEST_CASE("views that were closed are found again") {
  temporary_directory home;
  make_views(home.path());
  auto rows = open_views(home.path());
  CHECK(rows->look()->get("a") == "1");
  CHECK(rows->look()->get("b") == "2");
}

TEST_CASE("a snapshot outlives its views") {
  temporary_directory home;
  auto rows = open_views(home.path());
  rows->write({{{"a", "1"}}});
  auto look = rows->look();
  rows.reset();
  CHECK(look->get("a") == "1");
}

TEST_CASE("views that are open are not opened a second time, nor emptied") {
  temporary_directory home;
  auto rows = open_views(home.path());
  rows->write({{{"a", "1"}}});
  auto wal = file_with(home.path(), ".log");
  auto again = store::open_views(home.path());
  REQUIRE(std::holds_alternative<std::string>(again));
  CHECK(std::get<std::string>(again).find("is in use by another process") != std::string::npos);
  CHECK(std::filesystem::exists(wal));
  CHECK(rows->look()->get("a") == "1");
}

TEST_CASE("views whose directory is damaged are opened afresh") {
  for (const auto* part : {"MANIFEST", "CURRENT", ".sst"}) {
    CAPTURE(part);
    temporary_directory home;
    make_views(home.path());
    SUBCASE("lost") {
      std::filesystem::remove(file_with(home.path(), part));
    }
    SUBCASE("overwritten") {
      std::ofstream{file_with(home.path(), part)} << "nonsense";
    }
    auto rows = open_views(home.path());
    CHECK_FALSE(rows->look()->get("a"));
    rows->write({{{"c", "3"}}});
    CHECK(rows->look()->get("c") == "3");
  }
}

TEST_CASE("views of which the power took the last writes are as they once were") {
  temporary_directory home;
  temporary_directory image;
  auto rows = open_views(home.path());
  for (int i = 0; i < 50; ++i)
    rows->write({{{"checkpoint", std::to_string(i)}, {"row", std::to_string(i)}}});
  std::filesystem::copy(
    home.path(),
    image.path(),
    std::filesystem::copy_options::recursive | std::filesystem::copy_options::overwrite_existing);
  auto wal = file_with(image.path(), ".log");
  std::filesystem::resize_file(wal, std::filesystem::file_size(wal) / 2);
  auto survivor = open_views(image.path())->look();
  auto at = survivor->get("checkpoint");
  REQUIRE(at);
  CHECK(std::stoi(*at) > 10);
  CHECK(std::stoi(*at) < 40);
  CHECK(survivor->get("row") == at);
}

TEST_CASE("views in which damage was met are folded anew at the next start") {
  temporary_directory home;
  make_views(home.path());
  std::ofstream{home.path() / "DAMAGED"};
  CHECK_FALSE(open_views(home.path())->look()->get("a"));
  make_views(home.path());
  CHECK(open_views(home.path())->look()->get("a") == "1");
}

TEST_CASE("another process sees the views as they were when it opened them") {
  temporary_directory home;
  auto rows = open_views(home.path());
  rows->write({{{"a", "1"}}});
  auto opened = store::open_views_read_only(home.path());
  REQUIRE(std::holds_alternative<std::unique_ptr<const key_value>>(opened));
  auto& seen = *std::get<std::unique_ptr<const key_value>>(opened);
  rows->write({{{"a", "2"}}});
  CHECK(seen.look()->get("a") == "1");
  auto missing = store::open_views_read_only(home.path() / "missing");
  CHECK(std::holds_alternative<std::string>(missing));
}
