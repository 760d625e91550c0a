// What the running system counts, and how it is told to Prometheus.
#pragma once

#include <atomic>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringmaster::measures {

/// Only goes up. From any thread.
class counter {
public:
  void add(std::uint64_t count = 1) { value_.fetch_add(count, std::memory_order_relaxed); }
  [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
  std::atomic<std::uint64_t> value_ = 0;
};

/// How often a value was at most this or that. From any thread; a reader may
/// see an observation in one of its numbers and not yet in another.
class histogram {
public:
  /// Upper bounds, ascending; a last one without end is added.
  histogram(std::initializer_list<double> bounds);

  void observe(double value);

  [[nodiscard]] const std::vector<double>& bounds() const { return bounds_; }
  /// Observations in bucket `at` alone; the last bucket is `bounds().size()`.
  [[nodiscard]] std::uint64_t count_in(std::size_t at) const;
  [[nodiscard]] double sum() const { return sum_.load(std::memory_order_relaxed); }

private:
  std::vector<double> bounds_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> counts_;
  std::atomic<double> sum_ = 0;
};

/// Seconds, from what memory does to what a bad disk does.
[[nodiscard]] histogram seconds();

using labels = std::vector<std::pair<std::string_view, std::string>>;

/// Builds a page in Prometheus' text format, version 0.0.4. Values of labels
/// must come from small closed sets: each makes a time series of its own.
class page {
public:
  /// Begins a metric; the values that follow are its.
  page& counters(std::string_view name, std::string_view help);
  page& gauges(std::string_view name, std::string_view help);
  page& value(double value, const labels& of = {});
  page& add(std::string_view name, std::string_view help, const histogram& all);

  [[nodiscard]] std::string take() { return std::move(text_); }

private:
  page& begin(std::string_view name, std::string_view help, std::string_view type);
  void line(std::string_view suffix, double value, const labels& of);

  std::string name_;
  std::string text_;
};

} // namespace ringmaster::measures
