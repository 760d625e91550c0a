#include "measures/measures.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace ringmaster::measures;

TEST_CASE("a page is as Prometheus reads it") {
  page it;
  it.counters("calls_total", "Calls.").value(3, {{"outcome", "busy"}, {"by", "a\"b\\c\nd"}});
  it.gauges("lag", "Behind.").value(0.5);
  CHECK(
    it.take()
    == "# HELP calls_total Calls.\n# TYPE calls_total counter\n"
       "calls_total{outcome=\"busy\",by=\"a\\\"b\\\\c\\nd\"} 3\n"
       "# HELP lag Behind.\n# TYPE lag gauge\nlag 0.5\n");
}

TEST_CASE("buckets hold what is at most their bound, and all that the smaller ones hold") {
  histogram all{1, 2};
  for (double it : {0.5, 1.0, 1.5, 7.0})
    all.observe(it);
  page it;
  it.add("size", "Sizes.", all);
  CHECK(
    it.take()
    == "# HELP size Sizes.\n# TYPE size histogram\nsize_bucket{le=\"1\"} 2\n"
       "size_bucket{le=\"2\"} 3\nsize_bucket{le=\"+Inf\"} 4\nsize_sum 10\nsize_count 4\n");
}

TEST_CASE("big counts are told to the last digit") {
  page it;
  it.counters("n_total", "N.").value(4503599627370497.0);
  CHECK(it.take().ends_with("n_total 4503599627370497\n"));
}

TEST_CASE("nothing is lost between threads") {
  counter count;
  histogram all{1};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int each = 0; each < 10'000; ++each) {
        count.add();
        all.observe(1);
      }
    });
  for (auto& it : threads)
    it.join();
  CHECK(count.value() == 40'000);
  CHECK(all.count_in(0) == 40'000);
  CHECK(all.sum() == 40'000);
}
