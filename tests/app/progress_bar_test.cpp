#include "app/progress_bar.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <string>

using namespace std::chrono_literals;
using nlohmann::json;
using ringmaster::app::progress_bar;

namespace {

constexpr progress_bar::moment start{};
constexpr std::size_t wide = 400;

json progress(unsigned completed, unsigned failed) {
  return {
    {"status", "running"},
    {"total", 200},
    {"completed", completed},
    {"failed", failed},
    {"cancelled", 0},
    {"in_flight", 10},
    {"waiting", 3},
    {"pending", 200 - 13 - completed - failed},
    {"next_dial_reason", "in_line"},
    {"next_dial_at", "2026-11-23T09:00:00.5Z"}};
}

bool has(const std::string& line, const std::string& text) {
  return line.find(text) != std::string::npos;
}

} // namespace

TEST_CASE("the bar shows the share that is done and every count") {
  auto line = progress_bar{}.line(progress(40, 10), start, wide);
  CHECK(has(line, "[######..................]  25.0%"));
  CHECK(has(line, "done 40  failed 10  in flight 10  waiting 3  pending 137"));
  CHECK(has(line, "running"));
}

TEST_CASE("the rate and the time left come from the last seconds") {
  progress_bar bar;
  CHECK(!has(bar.line(progress(0, 0), start, wide), "/s"));
  auto line = bar.line(progress(15, 5), start + 2s, wide);
  CHECK(has(line, "10.0/s  left 18s"));
}

TEST_CASE("a campaign that waits says for what and until when, and no time left") {
  progress_bar bar;
  (void)bar.line(progress(0, 0), start, wide);
  auto waits = progress(20, 0);
  waits["next_dial_reason"] = "waiting_for_retry";
  auto line = bar.line(waits, start + 2s, wide);
  CHECK(has(line, "waiting_for_retry until 2026-11-23T09:00:00Z"));
  CHECK(!has(line, "left"));
}

TEST_CASE("a campaign that paused itself says why") {
  auto tripped = progress(20, 5);
  tripped["status"] = "paused";
  tripped["status_reason"] = "The circuit breaker tripped.";
  tripped["next_dial_at"] = nullptr;
  auto line = progress_bar{}.line(tripped, start, wide);
  CHECK(line.ends_with("paused: The circuit breaker tripped."));
}

TEST_CASE("a campaign that is over shows how it ended") {
  auto over = progress(190, 10);
  over["status"] = "completed";
  over["next_dial_at"] = nullptr;
  auto line = progress_bar{}.line(over, start, wide);
  CHECK(has(line, "100.0%"));
  CHECK(line.ends_with("completed"));
}

TEST_CASE("the line is no longer than the terminal is wide") {
  CHECK(progress_bar{}.line(progress(40, 10), start, 40).size() == 40);
}
