// What became of a campaign: progress, runs, contacts.
#include "domain/phone_number.hpp"
#include "events/codec.hpp"
#include "http/campaign_lookup.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace ringmaster::http {

namespace {

using projections::campaign_view;
using projections::library_view;

const std::vector<std::string_view> contact_statuses{
  "pending", "waiting", "in_flight", "completed", "failed", "cancelled"};
/// Of those of one status. One answer looks at so many, and reads so many at once.
constexpr std::uint32_t most_contacts_looked_at = 20'000;
constexpr std::uint32_t contacts_at_once = 1'000;

void add_positions(ordered& body, const library_view& look, const services& with) {
  body["position"] = look.position();
  body["generation"] = with.generation;
}

// -- progress ------------------------------------------------------------------

outgoing answer_progress(
  const library_view& look,
  const campaign_view& campaign,
  const services& with,
  const inside_view& inside) {
  auto body = progress_json(campaign, look, with.now(), inside);
  add_positions(body, look, with);
  return as_json(200, body);
}

/// The breaker's window and the trunk's lines are their actors', the rest is one
/// look at the views.
void get_progress(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto look = with.views->look();
  auto found = find_campaign(request, look);
  if (!found)
    return answer(no_campaign());
  if (found->state.status != domain::campaign_status::running)
    return answer(answer_progress(
      look, *found, with, {.window = domain::breaker_window::tally{}, .lines = {}}));
  auto id = found->state.id;
  auto trunk = found->state.trunk;
  auto name = request.correlation;
  with.breaker(id, [&with, id, trunk, name, answer](domain::breaker_window::tally window) {
    with.trunk_lines(trunk, [&with, id, name, answer, window](const domain::line_report& lines) {
      answer(safely(with, name, [&] {
        auto now_look = with.views->look();
        auto campaign = now_look.campaign(id);
        return campaign ? answer_progress(now_look, *campaign, with, {window, lines})
                        : no_campaign();
      }));
    });
  });
}

// -- runs ----------------------------------------------------------------------

/// More runs than these are not put in another order than by age: it takes a
/// look at each, 2 µs on a slow core, and others wait for the same thread.
constexpr std::uint64_t most_runs_sorted = 5'000'000;

constexpr std::uint64_t longest_talk_ms = 1'000'000'000;

/// What runs are put in order by; by age if by nothing else.
enum class run_sort { time, duration, outcome, disposition, number };
const std::vector<std::string_view> run_sorts{
  "time", "duration", "outcome", "disposition", "number"};

struct run_wish {
  projections::run_query query;
  run_sort sort = run_sort::time;
  std::optional<std::string> phone_number;
  bool results = false;
};

/// A place in one order says nothing in another: it is `duration:1042`, and by age
/// `1042`.
std::string cursor_prefix(run_sort sort) {
  auto name = std::string{run_sorts[static_cast<std::size_t>(sort)]};
  return sort == run_sort::time ? std::string{} : name + ':';
}

std::optional<std::uint64_t> read_run_cursor(query_reader& query, run_sort sort, faults& wrong) {
  auto text = query.text("cursor");
  if (!text)
    return std::nullopt;
  auto prefix = cursor_prefix(sort);
  auto digits = std::string_view{*text}.substr(text->starts_with(prefix) ? prefix.size() : 0);
  std::uint64_t position = 0;
  auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), position);
  bool whole = error == std::errc{} && stop == digits.data() + digits.size();
  if (whole && position > 0 && text->starts_with(prefix))
    return position;
  wrong.shape("cursor", "cursor must be the next_cursor of a page with the same sort.");
  return std::nullopt;
}

run_wish read_run_query(const incoming& request, faults& wrong) {
  query_reader query{request, wrong};
  run_wish wish;
  wish.query.limit = query.limit();
  wish.sort = static_cast<run_sort>(query.choice("sort", run_sorts).value_or(0));
  wish.query.cursor = read_run_cursor(query, wish.sort, wrong);
  auto order = query.choice("order", {"newest", "oldest", "descending", "ascending"});
  wish.query.newest_first = order.value_or(0) % 2 == 0;
  if (wish.sort != run_sort::time && order && *order < 2)
    wrong.shape("order", "order must be descending or ascending with this sort.");
  wish.query.talk_ms_from = query.whole("duration_ms_from", 0, longest_talk_ms);
  wish.query.talk_ms_until = query.whole("duration_ms_until", 0, longest_talk_ms);
  if (auto as = query.choice("disposition", {"completed", "failed", "cancelled"}))
    wish.query.disposition = static_cast<events::disposition>(*as + 1);
  if (auto text = query.text("phone_number")) {
    auto number = domain::to_e164(*text, {});
    if (const auto* whole = std::get_if<std::string>(&number))
      wish.phone_number = *whole;
    else
      wrong.shape("phone_number", "phone_number is a number in E.164, as in %2B14155550100.");
  }
  wish.query.outcome = read_outcome(query);
  wish.query.dialed_from = read_instant(query, "from", wrong);
  wish.query.dialed_until = read_instant(query, "until", wrong);
  wish.results = query.choice("include", {"result"}).has_value();
  query.finish();
  return wish;
}

ordered
whole_run(const projections::run_view& run, row_source source, const services& with, bool result) {
  auto body = run_json(run, source);
  if (result)
    add_result(body, run.has_result ? with.result(run.key) : std::nullopt);
  return body;
}

/// Shows `visit` who is in the campaign, with his row in it, until it says that it has
/// seen enough.
template <class Visit>
void each_contact(const domain::campaign& campaign, const services& with, Visit visit) {
  constexpr std::size_t page_rows = 1'000;
  for (const auto& list : domain::lists_of(campaign))
    for (std::uint32_t first = 1; first <= list.rows;) {
      auto rows = with.rows(list.list, first, page_rows);
      if (rows.empty())
        break;
      for (const auto& [row, who] : rows)
        if (!visit(list.first + row - 1, who))
          return;
      first = rows.back().first + 1;
    }
}

/// By row, which counts from 1; zero: nobody knows.
std::vector<std::uint64_t> numbers_of(const domain::campaign& campaign, const services& with) {
  std::vector<std::uint64_t> numbers(std::size_t{campaign.contacts} + 1);
  each_contact(campaign, with, [&](std::uint32_t row, const domain::contact_row& who) {
    numbers.at(row) = digits_of(who.phone_number);
    return true;
  });
  return numbers;
}

/// Of a contact that is done, what became of it.
std::uint64_t rank_by_disposition(const projections::run_view& run, const library_view& look) {
  auto whose = look.contact(run.key.contact());
  bool done = whose && whose->state.phase == domain::contact_phase::finished;
  return done ? static_cast<std::uint64_t>(whose->state.disposition) : 0;
}

/// One that is up is before all that have ended.
std::uint64_t rank_by_outcome(const projections::run_view& run) {
  return run.outcome ? static_cast<std::uint64_t>(*run.outcome) : 0;
}

projections::run_rank rank_by(
  run_sort sort, const domain::campaign& campaign, const library_view& look, const services& with) {
  using projections::run_view;
  switch (sort) {
  case run_sort::outcome: return rank_by_outcome;
  case run_sort::disposition:
    return [&look](const run_view& it) { return rank_by_disposition(it, look); };
  case run_sort::number:
    return [numbers = numbers_of(campaign, with)](const run_view& it) {
      return it.key.row < numbers.size() ? numbers[it.key.row] : 0;
    };
  case run_sort::time: // by its place in the log, which every order ends with
  case run_sort::duration: break;
  }
  return [](const run_view& it) { return it.talk_time_ms; };
}

outgoing list_runs(
  const campaign_view& campaign,
  const run_wish& wish,
  const library_view& look,
  const services& with) {
  contact_source contacts{campaign.state, look, with};
  auto id = campaign.state.id;
  auto page = wish.sort == run_sort::time
                ? look.runs(id, wish.query)
                : look.runs_by(rank_by(wish.sort, campaign.state, look, with), id, wish.query);
  auto body = page_json(page, [&](const projections::run_view& run) {
    return whole_run(run, contacts.of(run.key.row), with, wish.results);
  });
  if (page.next)
    body["next_cursor"] = cursor_prefix(wish.sort) + std::to_string(*page.next);
  return as_json(200, body);
}

/// The row with this number; zero, which is none, if there is no such contact.
std::uint32_t
row_with(const std::string& phone_number, const domain::campaign& campaign, const services& with) {
  std::uint32_t found = 0;
  each_contact(campaign, with, [&](std::uint32_t row, const domain::contact_row& who) {
    if (who.phone_number == phone_number)
      found = row;
    return found == 0;
  });
  return found;
}

/// A number is looked for in the lists themselves, and another order than by age
/// takes a look at every run: both take their time.
void get_runs(const incoming& request, const services& with, reply answer) {
  faults wrong;
  auto wish = read_run_query(request, wrong);
  auto look = with.views->look();
  auto campaign = find_campaign(request, look);
  if (!campaign)
    return answer(no_campaign());
  bool sorted = wish.sort != run_sort::time;
  if (sorted && campaign->progress.attempts > most_runs_sorted)
    wrong.shape(
      "sort", "The campaign has more than 5,000,000 runs, which come in the order of time.");
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  if (!wish.phone_number && !sorted)
    return answer(list_runs(*campaign, wish, look, with));
  bool taken = with.later(
    [&with, wish, of = *std::move(campaign), name = request.correlation, answer]() mutable {
      answer(safely(with, name, [&] {
        if (wish.phone_number)
          wish.query.row = row_with(*wish.phone_number, of.state, with);
        return list_runs(of, wish, with.views->look(), with);
      }));
    });
  if (!taken)
    answer(render(unavailable({"too many runs are being looked for"})));
}

outgoing get_run(const incoming& request, const services& with) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return render(wrong.as_problem());
  auto key = events::parse_attempt_key(request.params.at(0));
  auto look = with.views->look();
  auto campaign = key ? look.campaign(key->campaign) : std::nullopt;
  auto run = campaign ? look.run(*key) : std::nullopt;
  if (!run)
    return render(not_found("run_id", "run"));
  auto source = contact_source{campaign->state, look, with}.of(key->row);
  return as_json(200, whole_run(*run, std::move(source), with, true));
}

// -- contacts ------------------------------------------------------------------

/// Rows [first, end) of the campaign. Untouched ones are in no view.
ordered contacts_json(
  const library_view& look,
  const campaign_view& campaign,
  const services& with,
  std::uint32_t first,
  std::uint32_t end) {
  auto touched = look.contacts(campaign.state.id, first, end);
  auto sources = contact_source{campaign.state, look, with}.of(first, end);
  auto next_touched = touched.begin();
  auto items = ordered::array();
  for (auto row = first; row < end; ++row) {
    std::optional<projections::contact_view> view;
    if (next_touched != touched.end() && next_touched->key.row == row)
      view = std::move(*next_touched++);
    items.push_back(contact_json(row, view, campaign.state, sources[row - first], with.now()));
  }
  return items;
}

/// A page of contacts that ends before row `end` of the campaign.
outgoing contact_page(ordered items, std::uint32_t end, const campaign_view& campaign) {
  ordered body{{"items", std::move(items)}, {"next_cursor", nullptr}};
  if (end <= campaign.state.contacts)
    body["next_cursor"] = std::to_string(end - 1);
  return as_json(200, body);
}

/// Those from row `first` on that have the status, as far as one answer looks.
outgoing contacts_with(
  std::string_view status,
  const campaign_view& campaign,
  const services& with,
  std::uint32_t first,
  std::size_t limit) {
  auto look = with.views->look();
  contact_source sources{campaign.state, look, with};
  auto after_last = campaign.state.contacts + 1;
  auto stop = first + std::min(most_contacts_looked_at, after_last - first);
  auto items = ordered::array();
  auto row = first;
  while (row < stop && items.size() < limit) {
    auto end = std::min(row + contacts_at_once, stop);
    auto touched = look.contacts(campaign.state.id, row, end);
    auto next_touched = touched.begin();
    for (; row < end && items.size() < limit; ++row) {
      std::optional<projections::contact_view> view;
      if (next_touched != touched.end() && next_touched->key.row == row)
        view = std::move(*next_touched++);
      if (contact_status(view ? view->state : domain::contact{}, campaign.state) == status)
        items.push_back(contact_json(row, view, campaign.state, sources.of(row), with.now()));
    }
  }
  return contact_page(std::move(items), row, campaign);
}

/// A status is looked for contact by contact, which takes its time.
void get_contacts(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader query{request, wrong};
  auto limit = query.limit();
  auto cursor = query.whole("cursor", 0, std::numeric_limits<std::uint32_t>::max() - 1).value_or(0);
  auto status = query.choice("status", contact_statuses);
  query.finish();
  auto look = with.views->look();
  auto campaign = find_campaign(request, look);
  if (!campaign)
    return answer(no_campaign());
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  std::uint64_t after_last = std::uint64_t{campaign->state.contacts} + 1;
  auto first = static_cast<std::uint32_t>(std::min(cursor + 1, after_last));
  if (!status) {
    auto end = static_cast<std::uint32_t>(std::min(first + limit, after_last));
    return answer(contact_page(contacts_json(look, *campaign, with, first, end), end, *campaign));
  }
  bool taken = with.later([&with,
                           status = contact_statuses.at(*status),
                           of = *std::move(campaign),
                           first,
                           limit,
                           name = request.correlation,
                           answer] {
    answer(safely(with, name, [&] { return contacts_with(status, of, with, first, limit); }));
  });
  if (!taken)
    answer(render(unavailable({"too many contacts are being looked for"})));
}

outgoing whole_contact(
  const campaign_view& campaign,
  std::uint32_t row,
  const library_view& look,
  const services& with,
  const domain::line_report& lines) {
  auto touched = look.contact({campaign.state.id, row});
  auto source = contact_source{campaign.state, look, with}.of(row);
  auto body = contact_json(row, touched, campaign.state, source, with.now(), lines);
  auto& history = body["history"] = ordered::array();
  for (auto position : touched ? touched->runs : std::vector<std::uint64_t>{})
    if (auto run = look.run_at(campaign.state.id, position))
      history.push_back(run_json(*run, source));
  return as_json(200, body);
}

void get_contact(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto campaign = find_campaign(request, with.views->look());
  if (!campaign)
    return answer(no_campaign());
  auto row = find_row(request, *campaign);
  if (!row)
    return answer(render(not_found("row", "contact")));
  auto name = request.correlation;
  auto id = campaign->state.id;
  with.trunk_lines(
    campaign->state.trunk,
    [&with, id, row = *row, name, answer = std::move(answer)](const domain::line_report& lines) {
      answer(safely(with, name, [&] {
        auto look = with.views->look();
        auto now = look.campaign(id);
        return now ? whole_contact(*now, row, look, with, lines) : no_campaign();
      }));
    });
}

} // namespace

std::vector<route> run_routes() {
  const std::string one = "/v1/campaigns/{campaign_id}";
  return {
    {"GET", one + "/progress", get_progress},
    {"GET", one + "/runs", get_runs},
    {"GET", one + "/contacts", get_contacts},
    {"GET", one + "/contacts/{row}", get_contact},
    {"GET", "/v1/runs/{run_id}", at_once(get_run)}};
}

} // namespace ringmaster::http
