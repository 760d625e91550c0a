#include "app/log.hpp"

#include "events/codec.hpp"
#include "events/json_text.hpp"
#include "http/routes.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

namespace ringmaster::app {

namespace {

struct detail {
  std::string_view name;
  std::string text;
  bool is_number = false;
};
using details = std::vector<detail>;

/// What belongs to the line that this thread is writing just now: spdlog hands
/// a formatter the text alone, on the thread that logs.
thread_local const details* of_this_line = nullptr;

class json_lines : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& to) override {
    auto at = std::chrono::floor<std::chrono::microseconds>(line.time);
    auto level = spdlog::level::to_string_view(line.level);
    std::string out = "{\"time\":\"" + events::to_rfc3339(at) + "\",\"level\":\"";
    out.append(level.data(), level.size()).append("\",\"message\":");
    events::append_json_string(out, {line.payload.data(), line.payload.size()});
    if (of_this_line)
      for (const auto& it : *of_this_line) {
        out.append(",\"").append(it.name).append("\":");
        if (it.is_number)
          out += it.text;
        else
          events::append_json_string(out, it.text);
      }
    out += "}\n";
    to.append(out.data(), out.data() + out.size());
  }

  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<json_lines>();
  }
};

class text_lines : public spdlog::formatter {
public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& to) override {
    std::string out{line.payload.data(), line.payload.size()};
    if (of_this_line)
      for (const auto& it : *of_this_line)
        out.append(" ").append(it.name).append("=").append(it.text);
    auto whole = line;
    whole.payload = out;
    usual_.format(whole, to);
  }

  [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<text_lines>();
  }

private:
  spdlog::pattern_formatter usual_;
};

void write(spdlog::level::level_enum how, const std::string& what, const details& more) {
  of_this_line = &more;
  spdlog::log(how, "{}", what);
  of_this_line = nullptr;
}

spdlog::level::level_enum level_of(http::severity how) {
  switch (how) {
  case http::severity::info: return spdlog::level::info;
  case http::severity::warning: return spdlog::level::warn;
  case http::severity::error: break;
  }
  return spdlog::level::err;
}

std::string milliseconds(std::chrono::microseconds time) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(time.count()) / 1'000);
  return text.data();
}

} // namespace

void log_to_stderr() {
  auto to = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("", std::move(to)));
}

void set_up_log(const log_options& how) {
  auto to = std::make_shared<spdlog::sinks::stdout_color_sink_mt>();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("", std::move(to)));
  if (how.format == "json")
    spdlog::set_formatter(std::make_unique<json_lines>());
  else
    spdlog::set_formatter(std::make_unique<text_lines>());
  spdlog::set_level(spdlog::level::from_str(how.level));
  spdlog::flush_on(spdlog::level::info);
}

void write_log(http::severity how, const std::string& what, std::uint64_t request) {
  details more;
  if (request != 0)
    more.push_back({"request", http::request_name(request)});
  write(level_of(how), what, more);
}

void write_log(const http::answered_request& what) {
  bool worth_a_line = what.method != "GET" || what.status >= 500;
  auto how = worth_a_line ? spdlog::level::info : spdlog::level::debug;
  if (!spdlog::should_log(how))
    return;
  write(
    how,
    "answered",
    {{"request", http::request_name(what.correlation)},
     {"method", what.method},
     {"path", http::path_to_log(what.method, what.path)},
     {"status", std::to_string(what.status), true},
     {"ms", milliseconds(what.took), true},
     {"actor", what.actor}});
}

} // namespace ringmaster::app
