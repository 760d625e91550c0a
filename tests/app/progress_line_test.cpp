#include "app/progress_line.hpp"

#include <doctest/doctest.h>

#include <string>

using ringmaster::app::progress_text;

TEST_CASE("long work shows how far it is and how long it takes") {
  using std::chrono::seconds;
  CHECK(
    progress_text("verifying", 3'000'000, 4'000'000, "events", seconds{3})
    == "verifying [##################------] 75%  3.0M of 4.0M events  1.0M/s  1s left");
  CHECK(progress_text("verifying", 0, 0, "events", seconds{0}).find("100%") != std::string::npos);
}
