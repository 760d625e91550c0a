#include "tools/replay/explain_command.hpp"

#include "app/progress_line.hpp"
#include "domain/campaign_rows.hpp"
#include "domain/phone_number.hpp"
#include "events/codec.hpp"
#include "projections/library.hpp"
#include "store/fatal.hpp"
#include "store/vault.hpp"
#include "store/views.hpp"
#include "tools/replay/story.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <map>
#include <type_traits>
#include <utility>
#include <vector>

namespace ringmaster::replay {

namespace {

using json = nlohmann::ordered_json;

/// What an explanation reads. Only the log must be there.
struct sources {
  explicit sources(const common& with) : log{open_log(with)} {
    auto opened_views = store::open_views_read_only(with.data / "views");
    if (auto* it = std::get_if<std::unique_ptr<const store::key_value>>(&opened_views))
      views = std::move(*it);
    auto opened_vault = store::vault::open_read_only(with.data / "vault");
    if (auto* it = std::get_if<std::unique_ptr<const store::vault>>(&opened_vault))
      vault = std::move(*it);
  }

  std::unique_ptr<store::log_reader> log;
  std::unique_ptr<const store::key_value> views;
  std::unique_ptr<const store::vault> vault;
};

void fold(domain::campaign& into, const events::envelope& it) {
  std::visit(
    [&](const auto& event) {
      if constexpr (std::is_constructible_v<events::campaign_event, decltype(event)>)
        into = domain::evolve(std::move(into), event);
    },
    it.event);
}

struct person {
  std::string number; // empty: erased, damaged, or no vault here
  bool erased = false;
};

/// Whom it is about, as far as the vault still has it.
person
person_of(const sources& from, const contact_history& history, const events::contact_key& contact) {
  if (!from.vault)
    return {};
  domain::campaign campaign;
  for (const auto& it : history.campaign)
    fold(campaign, it);
  auto place = domain::place_of(campaign, contact.row);
  try {
    auto row = from.vault->row(place.list, place.row);
    return {
      .number = row ? row->phone_number : "",
      .erased = from.vault->is_erased(place.list, place.row)};
  } catch (const store::unreadable&) {
    return {};
  }
}

void print_text(
  const events::contact_key& contact,
  const person& who,
  const std::vector<story_step>& story,
  std::ostream& out) {
  out << "Contact " << contact.row << " of campaign " << to_string(contact.campaign) << ", "
      << (who.erased           ? "who was erased"
          : who.number.empty() ? "whose number is not here"
                               : who.number)
      << '\n';
  for (const auto& step : story) {
    auto when = std::chrono::floor<std::chrono::milliseconds>(step.at);
    auto margin = events::to_rfc3339(when);
    margin.resize(28, ' ');
    for (const auto& sentence : step.sentences) {
      out << margin << plain(sentence) << '\n';
      margin.assign(margin.size(), ' ');
    }
  }
}

json as_json(
  const events::contact_key& contact, const person& who, const std::vector<story_step>& story) {
  json steps = json::array();
  for (const auto& step : story)
    steps.push_back(
      {{"position", step.position == 0 ? json() : json(step.position)},
       {"at", events::to_rfc3339(step.at)},
       {"sentences", step.sentences}});
  return {
    {"campaign_id", to_string(contact.campaign)},
    {"row", contact.row},
    {"phone_number", who.number.empty() ? json() : json(who.number)},
    {"erased", who.erased},
    {"steps", steps}};
}

status explain(
  const common& with,
  const sources& from,
  const events::contact_key& contact,
  std::ostream& out,
  std::ostream& errors) {
  auto history = gather(*from.log, from.views.get(), contact);
  auto story = tell(history, contact.row);
  auto who = person_of(from, history, contact);
  if (story.empty())
    errors << "ringmaster-replay: there is no contact " << contact.row << " in campaign "
           << to_string(contact.campaign) << '\n';
  else if (with.as_json)
    out << as_json(contact, who, story).dump(-1, ' ', false, json::error_handler_t::replace)
        << '\n';
  else
    print_text(contact, who, story, out);
  if (history.damage)
    errors << "ringmaster-replay: " << sentence(*history.damage) << '\n';
  return story.empty() || history.damage ? found_wrong : all_well;
}

std::map<events::campaign_id, domain::campaign> all_campaigns(const store::log_reader& log) {
  std::map<events::campaign_id, domain::campaign> found;
  app::progress_line progress{"reading", log.last_position()};
  (void)log.read(
    1,
    [&, position = std::uint64_t{0}](const events::stream_id& it) mutable {
      progress.show(++position);
      return it.kind == events::stream_kind::campaign;
    },
    [&](events::envelope&& it) {
      fold(found[{it.stream.id}], it);
      return true;
    });
  return found;
}

/// The contacts whose data are kept in one of `rows`, in the order of these.
std::vector<events::contact_key> contacts_at(
  const std::vector<std::pair<events::contact_list_id, std::uint32_t>>& rows,
  const store::log_reader& log) {
  auto campaigns =
    rows.empty() ? std::map<events::campaign_id, domain::campaign>{} : all_campaigns(log);
  std::vector<events::contact_key> found;
  for (const auto& [list, row] : rows)
    for (const auto& [id, campaign] : campaigns)
      for (const auto& span : domain::lists_of(campaign))
        if (span.list == list && row <= span.rows)
          found.push_back({id, span.first + row - 1});
  return found;
}

} // namespace

status print_explanation(
  const common& with, const events::contact_key& contact, std::ostream& out, std::ostream& errors) {
  return explain(with, sources{with}, contact, out, errors);
}

status print_explanations(
  const common& with, const std::string& number, std::ostream& out, std::ostream& errors) {
  sources from{with};
  if (!from.vault)
    throw trouble{"without the vault nobody knows whose number this is"};
  auto contacts = contacts_at(from.vault->rows_with(number), *from.log);
  auto result = all_well;
  for (const auto& contact : contacts)
    result = std::max(result, explain(with, from, contact, out, errors));
  if (!contacts.empty())
    return result;
  errors << "ringmaster-replay: no campaign has this number in its list\n";
  return found_wrong;
}

void add_explain(CLI::App& app, status& result) {
  struct options {
    common with;
    std::string campaign, number;
    std::uint32_t row = 0;
  };
  auto what = std::make_shared<options>();
  auto* explain = app.add_subcommand(
    "explain", "Tell when a contact was called, why then, and what held it back");
  add_common(*explain, what->with);
  auto* campaign = explain->add_option("campaign", what->campaign, "cmp_…");
  auto* row = explain->add_option("row", what->row, "The contact's row in the campaign");
  auto* number =
    explain->add_option("--number", what->number, "Finds the contact by its number: +1415…");
  campaign->needs(row)->excludes(number);
  explain->callback([what, campaign, number, &result] {
    if (number->count() + campaign->count() == 0)
      throw trouble{"explain whom? CAMPAIGN ROW, or --number"};
    if (campaign->count() > 0) {
      result = print_explanation(
        what->with, {parse_campaign(what->campaign), what->row}, std::cout, std::cerr);
      return;
    }
    auto read = domain::to_e164(what->number, "");
    if (const auto* why = std::get_if<domain::phone_trouble>(&read))
      throw trouble{what->number + ": " + std::string{to_string(*why)}};
    result = print_explanations(what->with, std::get<std::string>(read), std::cout, std::cerr);
  });
}

} // namespace ringmaster::replay
