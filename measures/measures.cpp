#include "measures/measures.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace ringmaster::measures {

namespace {

std::string number(double value) {
  std::array<char, 32> text{};
  auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  return {text.data(), end};
}

void append_escaped(std::string& to, std::string_view text) {
  for (char it : text) {
    if (it == '\\' || it == '"')
      to += '\\';
    if (it == '\n')
      to += "\\n";
    else
      to += it;
  }
}

} // namespace

histogram::histogram(std::initializer_list<double> bounds)
  : bounds_{bounds}, counts_{std::make_unique<std::atomic<std::uint64_t>[]>(bounds.size() + 1)} {}

void histogram::observe(double value) {
  auto at = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<std::size_t>(at)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::uint64_t histogram::count_in(std::size_t at) const {
  return counts_[at].load(std::memory_order_relaxed);
}

histogram seconds() {
  return {
    0.0001,
    0.00025,
    0.0005,
    0.001,
    0.0025,
    0.005,
    0.01,
    0.025,
    0.05,
    0.1,
    0.25,
    0.5,
    1,
    2.5,
    5,
    10};
}

page& page::begin(std::string_view name, std::string_view help, std::string_view type) {
  name_ = name;
  text_.append("# HELP ").append(name).append(" ").append(help);
  text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
  return *this;
}

page& page::counters(std::string_view name, std::string_view help) {
  return begin(name, help, "counter");
}

page& page::gauges(std::string_view name, std::string_view help) {
  return begin(name, help, "gauge");
}

page& page::value(double value, const labels& of) {
  line("", value, of);
  return *this;
}

page& page::add(std::string_view name, std::string_view help, const histogram& all) {
  begin(name, help, "histogram");
  std::uint64_t count = 0;
  for (std::size_t at = 0; at < all.bounds().size(); ++at) {
    count += all.count_in(at);
    line("_bucket", static_cast<double>(count), {{"le", number(all.bounds()[at])}});
  }
  count += all.count_in(all.bounds().size());
  line("_bucket", static_cast<double>(count), {{"le", "+Inf"}});
  line("_sum", all.sum(), {});
  line("_count", static_cast<double>(count), {});
  return *this;
}

void page::line(std::string_view suffix, double value, const labels& of) {
  text_.append(name_).append(suffix);
  char before = '{';
  for (const auto& [name, text] : of) {
    text_ += std::exchange(before, ',');
    text_.append(name).append("=\"");
    append_escaped(text_, text);
    text_ += '"';
  }
  if (!of.empty())
    text_ += '}';
  text_.append(" ").append(number(value)).append("\n");
}

} // namespace ringmaster::measures
