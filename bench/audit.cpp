// What the audit costs on a long log, each beside RocksDB's own scan of the same
// bytes in the same run.
#include "app/stores.hpp"
#include "bench/campaign_work.hpp"
#include "domain/forecast.hpp"
#include "domain/retry.hpp"
#include "store/journal.hpp"
#include "store/log_format.hpp"
#include "store/log_reader.hpp"
#include "store/verify.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tools/replay/explain_command.hpp"
#include "tools/replay/state_command.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <random>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

using namespace ringmaster;
using namespace std::chrono;

namespace {

constexpr events::campaign_id campaign{1};
constexpr std::size_t calls_at_once = 200;
constexpr std::size_t events_per_batch = 256;
constexpr events::instant began{sys_days{year{2026} / 11 / 23} + hours{9}};

/// Calls as a campaign makes them, a few hundred at a time in each other's way;
/// two of five are tried again.
class call_writer {
public:
  explicit call_writer(store::journal& log) : log_{log} {
    log.look_up_versions_with([this](const events::stream_id& of) {
      auto open = std::ranges::count(open_, of, &store::append::stream);
      return versions_[of] - static_cast<std::uint64_t>(open);
    });
    add(
      stream_of(campaign),
      events::campaign_created{
        .campaign = campaign,
        .workflow = {1},
        .list = {1},
        .trunk = {1},
        .contacts = 100'000'000,
        .list_sha256 = std::string(64, 'a'),
        .settings = settings()});
    add(stream_of(campaign), events::campaign_started{});
  }

  void write(std::uint64_t events) {
    while (count_ < events)
      step();
    flush();
  }

  [[nodiscard]] std::uint32_t rows() const { return last_row_; }

private:
  struct call {
    std::uint32_t row;
    std::uint32_t attempt = 1;
    int said = 0;
  };

  static events::campaign_settings settings() {
    events::campaign_settings it;
    it.name = "long";
    it.concurrency = calls_at_once;
    it.retry.max_attempts = 3;
    return it;
  }

  void add(const events::stream_id& stream, events::event what) {
    store::append one{.stream = stream, .expected_version = versions_[stream]++, .events = {}};
    one.events.push_back(std::move(what));
    open_.push_back(std::move(one));
    ++count_;
    if (open_.size() == events_per_batch)
      flush();
  }

  void flush() {
    now_ += milliseconds{20};
    if (!open_.empty() && log_.write(open_, now_).committed.size() != open_.size())
      std::abort();
    open_.clear();
    log_.forget_versions_up_to(log_.head().position);
  }

  /// The next word about any of the calls that are up.
  void step() {
    if (up_.size() < calls_at_once)
      up_.push_back(next_call());
    auto& it = up_[random_() % up_.size()];
    auto stream = stream_of(events::contact_key{campaign, it.row});
    switch (it.said++) {
    case 0:
      return add(
        stream, events::contact_dialed{it.attempt, {1}, "+14155550199", now_, {}, now_ + hours{2}});
    case 1: return add(stream, events::contact_initiated{it.attempt, "CA0123456789abcdef", now_});
    case 2: return add(stream, events::contact_ringing{it.attempt, now_});
    case 3: return add(stream, events::contact_answered{it.attempt, now_});
    default: break;
    }
    bool again = it.attempt < 3 && random_() % 5 < 2;
    events::contact_attempt_ended end;
    end.attempt = it.attempt;
    end.outcome = again ? events::outcome::voicemail : events::outcome::completed;
    end.provider_code = "Q.850 16";
    end.talk_time_ms = 4'000;
    end.at = now_;
    add(stream, end);
    if (again) {
      add(stream, events::contact_retry_scheduled{it.attempt + 1, now_ + minutes{30}});
      waiting_.push_back({it.row, it.attempt + 1});
    } else {
      add(stream, events::contact_finished{events::disposition::completed});
    }
    it = up_.back();
    up_.pop_back();
  }

  call next_call() {
    if (waiting_.size() < 10'000)
      return {.row = ++last_row_};
    auto again = waiting_.front();
    waiting_.erase(waiting_.begin());
    return again;
  }

  store::journal& log_;
  std::mt19937_64 random_{1};
  events::instant now_ = began;
  std::vector<store::append> open_;
  std::unordered_map<events::stream_id, std::uint64_t> versions_;
  std::vector<call> up_;
  std::vector<call> waiting_;
  std::uint32_t last_row_ = 0;
  std::uint64_t count_ = 0;
};

double seconds_of(const std::function<void()>& work) {
  auto start = steady_clock::now();
  work();
  return duration<double>(steady_clock::now() - start).count();
}

void print(const char* name, double seconds, std::uint64_t events) {
  std::printf(
    "%-34s %8.2f s %12.0f events/s  peak memory %.0f MB\n",
    name,
    seconds,
    static_cast<double>(events) / seconds,
    static_cast<double>(bench::peak_memory()) / 1e6);
  std::fflush(stdout);
}

/// RocksDB alone: every byte read, and hashed too if wanted.
void scan(const std::filesystem::path& journal, bool hash) {
  auto opened = store::rocks::database::open_read_only(
    journal, store::log_format::options(), store::log_format::families());
  auto& db = *std::get<0>(opened);
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  std::unique_ptr<rocksdb::Iterator> at{
    db->NewIterator(options, db.family(store::log_format::events_family))};
  store::chain_hasher chain;
  store::chain_hash head{};
  std::size_t bytes = 0;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    auto value = at->value().ToStringView();
    bytes += value.size();
    if (hash)
      head = chain.next(head, value.substr(head.size()));
  }
  if (bytes == 0)
    std::abort();
}

std::unique_ptr<store::log_reader> open_log(const std::filesystem::path& journal) {
  return std::get<0>(store::log_reader::open(journal));
}

void explain(const std::filesystem::path& data, std::uint32_t rows) {
  std::mt19937 random{7};
  std::vector<double> took;
  for (int i = 0; i < 51; ++i) {
    std::ostringstream out, errors;
    auto row = static_cast<std::uint32_t>(1 + random() % rows);
    took.push_back(seconds_of([&] {
      (void)replay::print_explanation({.data = data}, {campaign, row}, out, errors);
    }));
  }
  std::ranges::sort(took);
  std::printf("explain: median %.1f ms, worst of 51 %.1f ms\n", took[25] * 1e3, took[50] * 1e3);
}

/// A million contacts over a trunk of a thousand lines, three attempts each.
void forecast() {
  events::campaign_settings settings;
  settings.concurrency = 1'000;
  settings.retry = {
    .max_attempts = 3, .retry_interval_minutes = 60, .rules = domain::default_retry_rules(60)};
  settings.breaker.enabled = false;
  const domain::forecast_question question{
    .contacts = 1'000'000, .settings = settings, .channels = 1'000, .rate = {}, .starts_at = began};
  domain::forecast told;
  auto took = seconds_of([&] { told = domain::foresee(question, domain::usual_odds()); });
  std::printf(
    "forecast of %u contacts, %llu attempts: %.2f s\n",
    question.contacts,
    static_cast<unsigned long long>(told.attempts),
    took);
}

} // namespace

/// `bench_audit [events]`
int main(int argc, char** argv) {
  auto events = argc > 1 ? std::stoull(argv[1]) : 5'000'000ULL;
  test::temporary_directory home;
  const auto& data = home.path();
  auto journal = data / "journal";
  std::uint32_t rows = 0;
  print(
    "written",
    seconds_of([&] {
      auto log = std::get<0>(store::journal::open(journal, {}));
      call_writer calls{*log};
      calls.write(events);
      rows = calls.rows();
    }),
    events);
  std::printf("%.0f MB on disk\n", static_cast<double>(bench::bytes_below(journal)) / 1e6);
  scan(journal, false); // so that none of the next has to fill the disk's cache
  print("RocksDB's scan", seconds_of([&] { scan(journal, false); }), events);
  print("RocksDB's scan and SHA-256", seconds_of([&] { scan(journal, true); }), events);
  print(
    "verify",
    seconds_of([&] {
      auto found = store::verify(*open_log(journal), {}, [](std::uint64_t) {});
      if (found.damage || found.events < events)
        std::abort();
    }),
    events);
  for (auto row : {std::optional<std::uint32_t>{}, std::optional<std::uint32_t>{7}})
    print(
      row ? "state of a contact" : "state of the campaign",
      seconds_of([&] {
        std::ostringstream out, errors;
        if (
          replay::print_state({.data = data}, {.campaign = campaign, .row = row}, out, errors)
          != replay::all_well)
          std::abort();
      }),
      events);
  print(
    "rebuild-views",
    seconds_of([&] {
      if (!std::holds_alternative<app::rebuilt_views>(app::rebuild_views(data, [](auto, auto) {})))
        std::abort();
    }),
    events);
  explain(data, rows);
  forecast();
}
