#include "tools/replay/plot.hpp"

#include "domain/schedule.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>

namespace ringmaster::replay {

namespace {

using events::instant;
using std::chrono::minutes;

constexpr std::size_t most_columns = 72;
constexpr int rows = 6;
constexpr int eighths = 8; // of a row, that a block character can show
constexpr std::array<const char*, eighths + 1> blocks = {
  " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

/// Widths of a column that people can read off.
constexpr std::array<int, 14> widths = {
  1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1'440};

struct axis {
  instant from;
  minutes width;
  std::size_t columns;
};

axis axis_of(const std::vector<plot_curve>& curves) {
  auto from = instant::max();
  auto until = instant::min();
  for (const auto& curve : curves)
    if (!curve.series.empty()) {
      from = std::min(from, curve.series.front().from);
      until = std::max<instant>(until, curve.series.back().from + minutes{1});
    }
  if (from >= until)
    return {{}, {}, 0};
  auto span = std::chrono::ceil<minutes>(until - from);
  auto wide =
    std::ranges::find_if(widths, [&](int it) { return span <= minutes{it} * most_columns; });
  auto width =
    wide == widths.end() ? std::chrono::ceil<minutes>(span / most_columns) : minutes{*wide};
  auto columns = (span + width - minutes{1}) / width;
  return {from, width, static_cast<std::size_t>(columns)};
}

/// Calls per hour, column by column.
std::vector<double> columns_of(const plot_curve& curve, const axis& along) {
  std::vector<double> rates(along.columns);
  auto hours = std::chrono::duration<double, std::ratio<3'600>>(along.width).count();
  for (const auto& it : curve.series)
    rates[static_cast<std::size_t>((it.from - along.from) / along.width)] +=
      static_cast<double>(it.attempts) / hours;
  return rates;
}

std::string label(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%10.0f ", value);
  return text;
}

std::string bars(const std::vector<double>& rates, double top) {
  std::string text;
  for (int row = rows - 1; row >= 0; --row) {
    auto line = row == rows - 1 ? label(top) : row == 0 ? label(0) : std::string(11, ' ');
    for (auto rate : rates) {
      auto full = static_cast<int>(rate / top * rows * eighths + 0.5);
      // What was dialled at all shows.
      full = rate > 0 ? std::max(full, 1) : 0;
      line += blocks[static_cast<std::size_t>(std::clamp(full - row * eighths, 0, eighths))];
    }
    text += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
  }
  return text;
}

} // namespace

std::string
plot_calls_per_hour(const std::vector<plot_curve>& curves, const events::schedule& when) {
  auto along = axis_of(curves);
  if (along.columns == 0)
    return {};
  double top = 0;
  std::vector<std::vector<double>> all;
  for (const auto& curve : curves) {
    all.push_back(columns_of(curve, along));
    top = std::max(top, std::ranges::max(all.back()));
  }
  std::string text;
  for (std::size_t i = 0; i < curves.size(); ++i)
    text += "calls per hour, " + curves[i].name + '\n' + bars(all[i], top);
  auto end = along.from + along.width * static_cast<std::int64_t>(along.columns);
  return text + std::string(11, ' ') + domain::local_text(when, along.from) + " to "
         + domain::local_text(when, end) + ", a column is " + std::to_string(along.width.count())
         + " min\n";
}

} // namespace ringmaster::replay
