#include "http/add_contacts.hpp"

#include "domain/match.hpp"
#include "domain/phone_number.hpp"
#include "http/campaign_body.hpp"
#include "http/campaign_lookup.hpp"
#include "http/csv_text.hpp"

#include <algorithm>
#include <memory>

namespace ringmaster::http {

namespace {

constexpr std::uint32_t page_rows = 1'000;
constexpr std::size_t most_at_once = 10'000; // contacts in one JSON body
constexpr std::size_t most_known_told = 100;

/// What a request would add.
struct addition {
  std::optional<events::contact_list_id> list; // one that is here …
  std::string csv;                             // … or what makes one
  std::string default_country;
  bool next = false;
};

/// All numbers of some lists.
class number_set {
public:
  void add(std::vector<std::uint64_t> sorted) { lists_.push_back(std::move(sorted)); }
  [[nodiscard]] bool has(std::uint64_t number) const {
    return std::ranges::any_of(
      lists_, [&](const auto& it) { return std::ranges::binary_search(it, number); });
  }

private:
  std::vector<std::vector<std::uint64_t>> lists_;
};

/// One request, from thread to thread; `answer` is called by whoever ends it.
class adding : public std::enable_shared_from_this<adding> {
public:
  adding(
    projections::campaign_view to,
    addition what,
    const incoming& request,
    const services& with,
    reply answer)
    : to_{std::move(to)}, what_{std::move(what)}, by_{origin_of(request)},
      correlation_{request.correlation}, with_{with}, answer_{std::move(answer)} {}

  /// Blocks: reads the numbers of both.
  void run() {
    auto done = guarded(with_, correlation_, [&] {
      if (what_.list)
        attach(*what_.list);
      else if (auto why = why_not_sent())
        answer_(render(*why));
      else
        store();
      return true;
    });
    if (!done)
      answer_(render(internal_error()));
  }

private:
  void store();
  void attach(events::contact_list_id list);
  void told(const command_answer& what, const events::campaign_contacts_added& as);
  [[nodiscard]] std::vector<std::uint64_t> numbers_of(events::contact_list_id list) const;
  [[nodiscard]] number_set numbers_here() const;
  [[nodiscard]] std::vector<std::uint32_t> known_rows(events::contact_list_id list) const;
  [[nodiscard]] std::optional<problem> why_not_stored(
    const events::contact_list_uploaded& list, const projections::library_view& look) const;
  [[nodiscard]] std::optional<problem> why_not_sent() const;
  [[nodiscard]] std::optional<problem>
  unfit(const events::contact_list_uploaded& list, const projections::library_view& look) const;
  [[nodiscard]] std::optional<problem> against_the_rules(std::uint32_t contacts) const;
  [[nodiscard]] std::optional<problem>
  twice(const std::vector<std::uint32_t>& rows, std::optional<events::contact_list_id> of) const;
  [[nodiscard]] problem no(domain::refusal why, domain::campaign_status status) const;

  projections::campaign_view to_;
  addition what_;
  origin by_;
  std::uint64_t correlation_;
  const services& with_;
  reply answer_;
  bool looked_through_ = false; // when it was sent: nobody in it is here
};

void adding::store() {
  auto list = with_.begin_upload(
    {.name = to_.state.settings.name,
     .default_country = what_.default_country,
     .skip_invalid = false},
    {by_.actor, by_.correlation});
  auto* one = list.get();
  one->write(what_.csv);
  one->finish(
    {}, [me = shared_from_this(), kept = std::shared_ptr{std::move(list)}](const auto& what) {
      const auto* report = std::get_if<upload::report>(&what);
      if (report == nullptr || !report->stored)
        return me->answer_(
          safely(me->with_, me->correlation_, [&] { return render_upload(what); }));
      bool taken = me->with_.later([me, stored = report->stored->list] {
        me->what_.list = stored;
        me->looked_through_ = true;
        me->run();
      });
      if (!taken)
        me->answer_(render(unavailable({"too much is being copied already"})));
    });
}

std::vector<std::uint64_t> adding::numbers_of(events::contact_list_id list) const {
  std::vector<std::uint64_t> numbers;
  std::uint32_t first = 1;
  for (auto rows = with_.rows(list, first, page_rows); !rows.empty();
       rows = with_.rows(list, first, page_rows)) {
    for (const auto& [row, who] : rows)
      numbers.push_back(digits_of(who.phone_number));
    first = rows.back().first + 1;
  }
  std::ranges::sort(numbers);
  return numbers;
}

number_set adding::numbers_here() const {
  number_set here;
  for (const auto& it : domain::lists_of(to_.state))
    here.add(numbers_of(it.list));
  return here;
}

/// Rows of `list` whose number is in the campaign; the first of them.
std::vector<std::uint32_t> adding::known_rows(events::contact_list_id list) const {
  auto here = numbers_here();
  std::vector<std::uint32_t> known;
  std::uint32_t first = 1;
  for (auto rows = with_.rows(list, first, page_rows); !rows.empty();
       rows = with_.rows(list, first, page_rows)) {
    for (const auto& [row, who] : rows)
      if (known.size() < most_known_told && here.has(digits_of(who.phone_number)))
        known.push_back(row);
    first = rows.back().first + 1;
  }
  return known;
}

std::optional<problem> adding::unfit(
  const events::contact_list_uploaded& list, const projections::library_view& look) const {
  faults wrong;
  if (auto workflow = look.workflow(to_.state.workflow))
    check_variables(workflow->workflow, list, what_.list ? "/contact_list_id" : "/contacts", wrong);
  return wrong.any() ? std::optional{wrong.as_problem()} : std::nullopt;
}

std::optional<problem> adding::twice(
  const std::vector<std::uint32_t>& rows, std::optional<events::contact_list_id> of) const {
  if (rows.empty())
    return std::nullopt;
  ordered more{{"campaign_id", to_string(to_.state.id)}};
  if (of)
    more["contact_list_id"] = to_string(*of);
  more["rows"] = rows;
  return refused(
    domain::refusal::contact_already_in,
    "Numbers of the list are in the campaign already; its first such rows are in `rows`.",
    more);
}

problem adding::no(domain::refusal why, domain::campaign_status status) const {
  return refused(
    why,
    "The contacts cannot be added: " + rule_of(why),
    {{"campaign_id", to_string(to_.state.id)}, {"campaign_status", domain::to_string(status)}});
}

/// What the campaign itself will say, as far as it can be told now.
std::optional<problem> adding::against_the_rules(std::uint32_t contacts) const {
  auto status = to_.state.status;
  if (by_.seen_version && *by_.seen_version != to_.version)
    return no(domain::refusal::version_changed, status);
  auto decided = domain::decide(
    to_.state,
    domain::add_contacts{
      {.list = {}, .contacts = contacts, .list_sha256 = {}, .next = what_.next},
      to_.state.added.size()});
  const auto* why = std::get_if<domain::refusal>(&decided);
  return why ? std::optional{no(*why, status)} : std::nullopt;
}

std::optional<problem> adding::why_not_stored(
  const events::contact_list_uploaded& list, const projections::library_view& look) const {
  if (looked_through_)
    return std::nullopt;
  auto why = unfit(list, look);
  return why ? why : twice(known_rows(list.list), list.list);
}

/// Before it is stored, so that what is refused leaves nothing behind. Rows that cannot
/// be called are for the intake to tell, which stores nothing then.
std::optional<problem> adding::why_not_sent() const {
  auto here = numbers_here();
  std::vector<std::uint32_t> known;
  std::uint32_t row = 0;
  domain::list_import import{
    what_.default_country,
    {},
    {.accept =
       [&](const domain::contact_row& who) {
         ++row;
         if (known.size() < most_known_told && here.has(digits_of(who.phone_number)))
           known.push_back(row);
       },
     .reject = [](const domain::rejected_row&) {}}};
  import.read(what_.csv);
  auto read = import.finish();
  if (!read || read->rejected > 0 || read->rows == 0)
    return std::nullopt;
  if (auto why = against_the_rules(read->rows))
    return why;
  auto why = unfit(
    {.list = {},
     .name = {},
     .rows = read->rows,
     .rejected = 0,
     .file_sha256 = {},
     .columns = read->columns},
    with_.views->look());
  return why ? why : twice(known, std::nullopt);
}

void adding::attach(events::contact_list_id id) {
  auto look = with_.views->look();
  auto list = look.list(id);
  if (!list)
    return answer_(render(internal_error()));
  bool attached = id == to_.state.list
                  || std::ranges::find(to_.state.added, id, &events::campaign_contacts_added::list)
                       != to_.state.added.end();
  if (!attached)
    if (auto why = why_not_stored(list->list, look))
      return answer_(render(*why));
  events::campaign_contacts_added as{
    .list = id,
    .contacts = list->list.rows,
    .list_sha256 = list->list.file_sha256,
    .next = what_.next};
  with_.command(
    to_.state.id,
    domain::add_contacts{as, to_.state.added.size()},
    by_,
    [me = shared_from_this(), as](const command_answer& it) { me->told(it, as); });
}

void adding::told(const command_answer& what, const events::campaign_contacts_added& as) {
  answer_(safely(with_, correlation_, [&] {
    auto found = with_.views->look().campaign(to_.state.id);
    if (!found)
      return no_campaign();
    return match(
      what,
      [&](const command_done& so) {
        auto body = campaign_json(*found);
        body["position"] = so.position;
        body["contacts_added"] = as.contacts;
        auto answer = as_json(200, body);
        answer.headers.push_back(etag(found->version));
        return answer;
      },
      [&](const command_refused& refusal) { return render(no(refusal.why, found->state.status)); },
      [](const command_unavailable& no) { return render(unavailable(no)); });
  }));
}

// -- reading -------------------------------------------------------------------

/// `[{"phone_number": "…", "customer_name": "…"}, …]` as a CSV of all their columns.
std::string read_contacts(object_reader& body, faults& wrong) {
  std::vector<std::string> columns{"phone_number"};
  std::vector<std::map<std::string, std::string>> contacts;
  body.each("contacts", most_at_once, [&](const json& it, const std::string& at) {
    auto& contact = contacts.emplace_back();
    if (!it.is_object())
      return wrong.shape(at, at + " must be an object.");
    if (!it.contains("phone_number"))
      wrong.shape(at + "/phone_number", at + "/phone_number is missing.");
    for (const auto& [name, value] : it.items()) {
      if (!value.is_string())
        wrong.shape(at + '/' + name, at + '/' + name + " must be a text.");
      else
        contact[name] = value.get<std::string>();
      if (std::ranges::find(columns, name) == columns.end())
        columns.push_back(name);
    }
  });
  std::string csv;
  add_csv_line(csv, columns);
  for (auto& it : contacts) {
    std::vector<std::string> values;
    for (const auto& name : columns)
      values.push_back(std::move(it[name]));
    add_csv_line(csv, values);
  }
  return csv;
}

void check_country(const std::string& field, const std::string& country, faults& wrong) {
  if (!country.empty() && !domain::known_country(country))
    wrong.meaning(field, field + " must be two capital letters that ISO 3166 gives to a country.");
}

addition read_json(const json& from, const projections::library_view& look, faults& wrong) {
  object_reader body{from, "", wrong};
  addition it;
  it.next = body.choice("place", {"last", "next"}) == std::size_t{1};
  it.default_country = body.text("default_country").value_or("");
  check_country("/default_country", it.default_country, wrong);
  if (body.has("contacts")) {
    it.csv = read_contacts(body, wrong);
  } else if (auto text = body.require("contact_list_id").text("contact_list_id")) {
    it.list = events::parse_id<events::contact_list_tag>(*text);
    if (!it.list || !look.list(*it.list))
      wrong.meaning("/contact_list_id", "/contact_list_id names nothing that is here.");
  }
  body.finish();
  return it;
}

} // namespace

void post_contacts(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader query{request, wrong};
  auto look = with.views->look();
  auto to = find_campaign(request, look);
  if (!to)
    return answer(no_campaign());
  addition what;
  if (has_media_type(request, "text/csv")) {
    what.csv = request.body;
    what.next = query.choice("place", {"last", "next"}) == std::size_t{1};
    what.default_country = query.text("default_country").value_or("");
    check_country("default_country", what.default_country, wrong);
  } else {
    auto body = read_body(request);
    if (const auto* trouble = std::get_if<problem>(&body))
      return answer(render(*trouble));
    what = read_json(std::get<json>(body), look, wrong);
  }
  query.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  if (domain::is_over(to->state.status))
    return answer(render(refused(
      domain::refusal::already_over,
      "A campaign that is over takes no more contacts.",
      {{"campaign_id", to_string(to->state.id)},
       {"campaign_status", domain::to_string(to->state.status)}})));
  auto job = std::make_shared<adding>(*std::move(to), std::move(what), request, with, answer);
  if (!with.later([job] { job->run(); }))
    answer(render(unavailable({"too much is being copied already"})));
}

} // namespace ringmaster::http
