#include "tools/replay/diff_command.hpp"

#include "http/render.hpp"
#include "projections/keys.hpp"
#include "projections/library.hpp"
#include "projections/projection.hpp"
#include "store/fatal.hpp"
#include "store/hex.hpp"
#include "store/views.hpp"
#include "tools/replay/folding.hpp"
#include "tools/replay/history.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <utility>

namespace ringmaster::replay {

namespace {

using json = http::ordered;
namespace keys = projections::keys;
using projections::library_view;

/// All rows of some views, one after the other, a page in memory.
class row_walk {
public:
  explicit row_walk(const store::key_value::snapshot& rows) : rows_{rows} { load(""); }

  [[nodiscard]] bool at_end() const { return next_ == page_.size(); }
  [[nodiscard]] const std::string& key() const { return page_[next_].first; }
  [[nodiscard]] const std::string& value() const { return page_[next_].second; }

  void advance() {
    if (++next_ == page_.size() && page_.size() == page_length)
      load(page_.back().first + '\0');
  }

private:
  static constexpr std::size_t page_length = 1'000;

  void load(const std::string& from) {
    page_.clear();
    next_ = 0;
    rows_.scan("", from, [&](std::string_view key, std::string_view value) {
      page_.emplace_back(key, value);
      return page_.size() < page_length;
    });
  }

  const store::key_value::snapshot& rows_;
  std::vector<std::pair<std::string, std::string>> page_;
  std::size_t next_ = 0;
};

/// What a row stands for, and how the API shows it; null where it does not.
struct shown_row {
  std::string what;
  json stored;
  json folded;
};

/// Both sides at once, for a row is named the same way in both.
shown_row show(const std::string& key, const library_view& stored, const library_view& folded) {
  auto id_at = [&](std::size_t from_end) {
    return keys::last_number(std::string_view{key}.substr(0, key.size() - from_end), 8);
  };
  auto both = [&](std::string what, auto read, auto render) {
    auto side = [&](const library_view& look) {
      auto it = read(look);
      return it ? json(render(*it)) : json();
    };
    return shown_row{std::move(what), side(stored), side(folded)};
  };
  if (key.size() == 9 && (key[0] == keys::campaign || key[0] == keys::campaign_definition)) {
    events::campaign_id id{id_at(0)};
    return both(
      "campaign " + to_string(id),
      [&](const library_view& look) { return look.campaign(id); },
      http::campaign_json);
  }
  if (key.size() == 13 && key[0] == keys::contact) {
    auto row = static_cast<std::uint32_t>(keys::last_number(key, 4));
    events::contact_key contact{{id_at(4)}, row};
    return both(
      "contact " + to_string(contact.campaign) + ' ' + std::to_string(row),
      [&](const library_view& look) { return look.contact(contact); },
      [&](const projections::contact_view& it) {
        return http::contact_json(row, it, {}, {}, events::instant{});
      });
  }
  if (key.size() == 17 && key[0] == keys::run) {
    events::campaign_id campaign{id_at(8)};
    auto position = keys::last_number(key, 8);
    return both(
      "run of " + to_string(campaign) + " dialled at position " + std::to_string(position),
      [&](const library_view& look) { return look.run_at(campaign, position); },
      [](const projections::run_view& it) { return http::run_json(it, {}); });
  }
  return {"row " + store::to_hex(key), {}, {}};
}

std::string text(const json& it) {
  return it.dump(-1, ' ', false, json::error_handler_t::replace);
}

using teller = std::function<void(const difference&)>;

/// Tells the members that differ. False if none does.
bool tell_members(
  const std::string& what,
  const std::string& path,
  const json& stored,
  const json& folded,
  const teller& tell) {
  if (stored == folded)
    return false;
  if (!stored.is_object() || !folded.is_object()) {
    tell({what, path, text(stored), text(folded)});
    return true;
  }
  for (const auto& [name, value] : folded.items())
    tell_members(
      what, path.empty() ? name : path + '.' + name, stored.value(name, json()), value, tell);
  return true;
}

} // namespace

void compare(const store::key_value& stored, const store::key_value& folded, const teller& tell) {
  auto stored_rows = stored.look();
  auto folded_rows = folded.look();
  auto stored_look = projections::library{stored}.look();
  auto folded_look = projections::library{folded}.look();
  row_walk left{*stored_rows};
  row_walk right{*folded_rows};
  while (!left.at_end() || !right.at_end()) {
    bool only_left = right.at_end() || (!left.at_end() && left.key() < right.key());
    bool only_right = left.at_end() || (!right.at_end() && right.key() < left.key());
    const auto& key = only_right ? right.key() : left.key();
    if (only_left || only_right || left.value() != right.value()) {
      auto row = show(key, stored_look, folded_look);
      if (only_left || only_right)
        tell({row.what, "", only_right ? "null" : "\"there\"", only_left ? "null" : "\"there\""});
      else if (!tell_members(row.what, "", row.stored, row.folded, tell))
        tell({row.what, "", "\"other bytes\"", "\"other bytes\""});
    }
    if (!only_right)
      left.advance();
    if (!only_left)
      right.advance();
  }
}

namespace {

/// Throws `store::unreadable` if the views are damaged.
status tell_differences(const common& with, std::ostream& out, std::ostream& errors) {
  // The views first: what the log holds by then, they may not have seen.
  auto opened = store::open_views_read_only(with.data / "views");
  if (const auto* why = std::get_if<std::string>(&opened))
    throw trouble{*why};
  auto views = std::get<std::unique_ptr<const store::key_value>>(std::move(opened));
  auto log = open_log(with);
  if (!views_fit(*views, *log)) {
    errors << "ringmaster-replay: the views are not of this log, or of another version of this "
              "program; the server folds them anew when it starts\n";
    return found_wrong;
  }
  auto position = projections::read_checkpoint(*views).position;
  scratch_views afresh;
  if (auto damage = fold(*log, position, {}, afresh.rows())) {
    errors << "ringmaster-replay: " << sentence(*damage) << '\n';
    return found_wrong;
  }
  std::uint64_t count = 0;
  compare(*views, afresh.rows(), [&](const difference& it) {
    ++count;
    if (with.as_json)
      out
        << json{{"what", it.what}, {"member", it.member}, {"stored", it.stored}, {"folded", it.folded}}
             .dump()
        << '\n';
    else
      out << it.what << (it.member.empty() ? "" : " ") << it.member << ": stored "
          << plain(it.stored) << ", the log says " << plain(it.folded) << '\n';
  });
  if (with.as_json)
    out << json{{"position", position}, {"differences", count}}.dump() << '\n';
  else
    out << (count == 0 ? "no" : std::to_string(count)) << " differences, at position " << position
        << '\n';
  return count == 0 ? all_well : found_wrong;
}

} // namespace

status print_differences(const common& with, std::ostream& out, std::ostream& errors) {
  try {
    return tell_differences(with, out, errors);
  } catch (const store::unreadable& why) {
    errors << "ringmaster-replay: the views are damaged, and the server folds them anew when it "
              "meets that: "
           << why.what() << '\n';
    return found_wrong;
  }
}

void add_diff(CLI::App& app, status& result) {
  auto with = std::make_shared<common>();
  auto* diff =
    app.add_subcommand("diff", "Fold the log afresh and compare with the stored views, row by row");
  add_common(*diff, *with);
  diff->callback([with, &result] { result = print_differences(*with, std::cout, std::cerr); });
}

} // namespace ringmaster::replay
