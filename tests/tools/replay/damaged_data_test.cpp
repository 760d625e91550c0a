// Every command over data directories that something went wrong with.
#include "store/damaged_log.hpp"
#include "store/fatal.hpp"
#include "store/vault.hpp"
#include "tools/replay/diff_command.hpp"
#include "tools/replay/events_command.hpp"
#include "tools/replay/explain_command.hpp"
#include "tools/replay/export_command.hpp"
#include "tools/replay/given_data.hpp"
#include "tools/replay/state_command.hpp"
#include "tools/replay/verify_command.hpp"
#include "tools/replay/what_if_command.hpp"

#include <algorithm>
#include <exception>
#include <filesystem>
#include <functional>
#include <random>
#include <sstream>

using namespace ringmaster;
using namespace ringmaster::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr events::campaign_id campaign{7};
constexpr std::uint32_t contacts = 300;

struct whole_data : given_data {
  whole_data() {
    store::throw_when_fatal();
    given_log log;
    log.add(campaign, created(campaign, contacts));
    log.add(campaign, events::campaign_started{});
    for (std::uint32_t row = 1; row <= contacts; ++row) {
      events::contact_key contact{campaign, row};
      log.add(contact, dialed(1));
      log.add(contact, ended(1, events::outcome::busy, noon + 2s));
      log.add(contact, events::contact_finished{events::disposition::failed});
    }
    write(log);
    fold_views();
    auto opened = store::vault::open(with.data / "vault");
    auto& vault = *std::get<std::unique_ptr<store::vault>>(opened);
    auto rows = vault.begin_list({8});
    for (std::uint32_t row = 1; row <= contacts; ++row)
      rows.add({"+1415555" + std::to_string(1000 + row), {}});
    rows.commit();
  }

  [[nodiscard]] std::vector<fs::path> files(const fs::path& below) const {
    std::vector<fs::path> found;
    for (const auto& it : fs::recursive_directory_iterator{with.data / below})
      if (it.is_regular_file() && it.file_size() > 0)
        found.push_back(it.path());
    std::ranges::sort(found);
    return found;
  }

  /// In the data of every sorted file.
  void spoil_tables(const fs::path& below) const {
    for (const auto& file : files(below))
      if (file.extension() == ".sst")
        flip_byte(file, 20);
  }
};

struct told {
  int result = -1; // -1: thrown
  std::string out;
  std::string errors;
};

using command = std::function<replay::status(const replay::common&, std::ostream&, std::ostream&)>;

told run(const replay::common& with, const command& what) {
  std::ostringstream out, errors;
  told it;
  try {
    it.result = what(with, out, errors);
  } catch (const std::exception& why) {
    errors << why.what(); // as `main` says it, and returns 2
  }
  it.out = out.str();
  it.errors = errors.str();
  return it;
}

const command explain = [](auto& with, auto& out, auto& errors) {
  return print_explanation(with, {campaign, 17}, out, errors);
};
const command list_calls = [](auto& with, auto& out, auto& errors) {
  return print_call_records(with, {}, out, errors);
};

std::vector<command> all_commands() {
  return {
    explain,
    list_calls,
    [](auto& with, auto& out, auto& errors) { return print_events(with, {}, out, errors); },
    [](auto& with, auto& out, auto&) { return print_verification(with, {}, out); },
    [](auto& with, auto& out, auto& errors) {
      return print_state(with, {.campaign = campaign}, out, errors);
    },
    [](auto& with, auto& out, auto& errors) { return print_differences(with, out, errors); },
    [](auto& with, auto& out, auto& errors) {
      return print_explanations(with, "+14155551017", out, errors);
    },
    [](auto& with, auto& out, auto& errors) {
      return print_what_if(with, {.campaign = campaign}, out, errors);
    }};
}

} // namespace

TEST_CASE("damaged views hide no story") {
  whole_data data;
  auto whole = run(data.with, explain);
  CHECK(whole.result == replay::all_well);
  data.spoil_tables("views");
  auto spoiled = run(data.with, explain);
  CHECK(spoiled.result == replay::all_well);
  CHECK(spoiled.out == whole.out);
  auto difference = run(data.with, replay::print_differences);
  CHECK(difference.result == replay::found_wrong);
  CHECK(says(difference.errors, "the views are damaged"));
}

TEST_CASE("a damaged vault costs the numbers, not the calls") {
  whole_data data;
  data.spoil_tables("vault");
  auto calls = run(data.with, list_calls);
  CHECK(calls.result == replay::all_well);
  CHECK(std::ranges::count(calls.out, '\n') == contacts + 1);
  CHECK(says(calls.out, ",damaged,"));
  auto story = run(data.with, explain);
  CHECK(story.result == replay::all_well);
  CHECK(says(story.out, "whose number is not here"));
}

TEST_CASE("whatever is damaged, every command ends with a word") {
  auto seed = std::random_device{}();
  CAPTURE(seed);
  std::mt19937_64 random{seed};
  whole_data whole;
  auto commands = all_commands();
  for (int round = 0; round < 30; ++round) {
    temporary_directory copy;
    fs::copy(whole.with.data, copy.path(), fs::copy_options::recursive);
    auto files = whole.files("");
    auto file = copy.path() / fs::relative(files[random() % files.size()], whole.with.data);
    auto size = fs::file_size(file);
    if (random() % 4 == 0)
      fs::resize_file(file, random() % size);
    else
      flip_byte(file, random() % size);
    CAPTURE(file);
    replay::common with{.data = copy.path()};
    for (std::size_t i = 0; i < commands.size(); ++i) {
      CAPTURE(i);
      auto it = run(with, commands[i]);
      bool well = it.result == replay::all_well;
      CHECK((well || !it.errors.empty() || !it.out.empty()));
    }
  }
}
