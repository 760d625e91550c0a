#include "http/redial.hpp"

#include "domain/match.hpp"
#include "http/campaign_body.hpp"
#include "http/campaign_lookup.hpp"
#include "http/csv_text.hpp"

#include <algorithm>
#include <array>
#include <memory>

namespace ringmaster::http {

namespace {

constexpr std::uint32_t page_rows = 1'000;

/// He would have been called again after the call that was up when the campaign was
/// cancelled, had it gone on.
bool was_cut_off(const domain::contact& it, const projections::campaign_view& of) {
  bool by_the_campaign = of.state.status == domain::campaign_status::cancelled
                         && it.ended_at >= of.ended_at && !it.withdrawn && !it.opted_out;
  return it.disposition == events::disposition::cancelled && by_the_campaign;
}

/// Whom to call again: by the last outcome, which for `not_called` is none.
struct selection {
  std::array<bool, 10> outcomes{};
  bool not_called = false;

  /// Not those who were reached, nor those who were cancelled by name.
  [[nodiscard]] bool takes(const domain::contact& it, const projections::campaign_view& of) const {
    if (it.attempts == 0)
      return not_called && it.phase != domain::contact_phase::finished;
    bool over = it.phase == domain::contact_phase::finished;
    if (over && it.disposition != events::disposition::failed && !was_cut_off(it, of))
      return false;
    bool called = over || it.phase == domain::contact_phase::waiting;
    return called && outcomes[static_cast<std::size_t>(it.last_outcome) % outcomes.size()];
  }
};

selection everybody_unreached() {
  selection it{.outcomes = {}, .not_called = true};
  it.outcomes.fill(true);
  it.outcomes[static_cast<std::size_t>(events::outcome::completed)] = false;
  return it;
}

selection read_selection(object_reader& body, faults& wrong) {
  if (!body.has("outcomes"))
    return everybody_unreached();
  selection it;
  constexpr std::size_t most = std::size(events::all_outcomes) + 1;
  body.each("outcomes", most, [&](const json& name, const std::string& at) {
    auto text = read_text(name, at, {}, wrong);
    auto outcome = text ? events::parse_outcome(*text) : std::nullopt;
    if (text == "not_called")
      it.not_called = true;
    else if (outcome && *outcome != events::outcome::completed)
      it.outcomes[static_cast<std::size_t>(*outcome)] = true;
    else if (text)
      wrong.meaning(at, at + " is an outcome other than completed, or not_called.");
  });
  return it;
}

void add_line(std::string& to, const row_source& who, const std::vector<std::string>& columns) {
  std::vector<std::string> values{who.row->phone_number};
  for (const auto& name : columns)
    values.push_back(value_of(who, name));
  add_csv_line(to, values);
}

/// One request, from thread to thread; `answer` is called by whoever ends it.
class redialing : public std::enable_shared_from_this<redialing> {
public:
  redialing(
    projections::campaign_view of,
    selection whom,
    bool force,
    events::campaign_created draft,
    const incoming& request,
    const services& with,
    reply answer)
    : of_{std::move(of)}, whom_{whom}, force_{force}, draft_{std::move(draft)}, by_{origin_of(
                                                                                  request)},
      correlation_{request.correlation}, with_{with}, answer_{std::move(answer)} {}

  /// Blocks: copies the rows into a list of their own, and goes on from there.
  void run() {
    auto done = guarded(with_, correlation_, [&] {
      copy();
      return true;
    });
    if (!done)
      answer_(render(internal_error()));
  }

private:
  void copy();
  static void write_header(upload& to, std::vector<std::string> columns);
  void list_stored(
    const std::variant<upload::report, domain::import_failure, command_unavailable>& what);
  void draft_made(const command_answer& what);
  void claimed(const command_answer& what);
  void give_back_draft(problem why);

  void tell(const std::function<outgoing()>& what) { answer_(safely(with_, correlation_, what)); }

  projections::campaign_view of_;
  selection whom_;
  bool force_;
  events::campaign_created draft_;
  /// Of what comes before the claim: the request's own version and mark are the claim's.
  [[nodiscard]] origin maker() const { return {by_.actor, by_.correlation}; }

  origin by_;
  std::uint64_t correlation_;
  const services& with_;
  reply answer_;
};

problem redialed_already(events::campaign_id of, events::campaign_id as) {
  return refused(
    domain::refusal::already_redialed,
    "Those whom the campaign did not reach are called by another one already.",
    {{"campaign_id", to_string(of)}, {"redialed_as", to_string(as)}});
}

void redialing::write_header(upload& to, std::vector<std::string> columns) {
  columns.insert(columns.begin(), "phone_number");
  std::string line;
  add_csv_line(line, columns);
  to.write(line);
}

void redialing::copy() {
  auto look = with_.views->look();
  auto list = std::shared_ptr<upload>{with_.begin_upload(
    {.name = draft_.settings.name, .default_country = {}, .skip_invalid = true}, maker())};
  auto columns = all_columns(of_.state, look);
  write_header(*list, columns);
  contact_source contacts{of_.state, look, with_};
  auto end = of_.state.contacts + 1;
  for (std::uint32_t first = 1; first < end; first += page_rows) {
    auto until = std::min(first + page_rows, end);
    auto touched = look.contacts(of_.state.id, first, until);
    auto sources = contacts.of(first, until);
    auto next = touched.begin();
    std::string lines;
    for (auto row = first; row < until; ++row) {
      bool known = next != touched.end() && next->key.row == row;
      auto state = known ? (next++)->state : domain::contact{};
      const auto& who = sources[row - first];
      if (who.row && whom_.takes(state, of_)) // without a row: erased
        add_line(lines, who, columns);
    }
    list->write(lines);
  }
  auto* one = list.get();
  one->finish({}, [me = shared_from_this(), kept = std::move(list)](const auto& what) {
    me->list_stored(what);
  });
}

void redialing::list_stored(
  const std::variant<upload::report, domain::import_failure, command_unavailable>& what) {
  const auto* report = std::get_if<upload::report>(&what);
  if (report == nullptr || !report->stored)
    return tell([&] {
      if (const auto* no = std::get_if<command_unavailable>(&what))
        return render(unavailable(*no));
      return render(refused(
        domain::refusal::no_contacts,
        "There is nobody with these outcomes to call again.",
        {{"campaign_id", to_string(of_.state.id)}}));
    });
  draft_.list = report->stored->list;
  draft_.contacts = report->stored->rows;
  draft_.list_sha256 = report->stored->file_sha256;
  with_.command(
    draft_.campaign,
    domain::create_campaign{draft_},
    maker(),
    [me = shared_from_this()](const command_answer& it) { me->draft_made(it); });
}

void redialing::draft_made(const command_answer& what) {
  if (const auto* no = std::get_if<command_unavailable>(&what))
    return tell([&] { return render(unavailable(*no)); });
  with_.command(
    of_.state.id,
    domain::redial_campaign{draft_.campaign, force_},
    by_,
    [me = shared_from_this()](const command_answer& it) { me->claimed(it); });
}

void redialing::claimed(const command_answer& what) {
  match(
    what,
    [&](const command_done& so) {
      tell([&] {
        auto found = with_.views->look().campaign(draft_.campaign);
        if (!found)
          return no_campaign();
        auto body = campaign_json(*found);
        body["position"] = so.position;
        auto made = as_json(201, body);
        made.headers.push_back(etag(found->version));
        made.headers.emplace_back("Location", "/v1/campaigns/" + to_string(draft_.campaign));
        return made;
      });
    },
    [&](const command_refused& no) {
      auto now = with_.views->look().campaign(of_.state.id);
      if (no.why == domain::refusal::version_changed)
        return give_back_draft(refused(
          no.why,
          "The campaign was changed since you saw it.",
          {{"campaign_id", to_string(of_.state.id)}}));
      give_back_draft(
        redialed_already(of_.state.id, now ? now->state.redialed_as : draft_.campaign));
    },
    [&](const command_unavailable& no) { give_back_draft(unavailable(no)); });
}

void redialing::give_back_draft(problem why) {
  with_.command(
    draft_.campaign,
    domain::delete_campaign{},
    maker(),
    [me = shared_from_this(), why = std::move(why)](const command_answer&) {
      me->tell([&] { return render(why); });
    });
}

} // namespace

void post_redial(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto look = with.views->look();
  auto of = find_campaign(request, look);
  if (!of)
    return answer(no_campaign());
  auto body = read_body_or_nothing(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  auto wishes = std::get<json>(body);
  object_reader reader{wishes, "", wrong};
  auto whom = read_selection(reader, wrong);
  auto force = reader.flag("force").value_or(false);
  auto whole = choices_of(*of, look);
  whole["name"] = copy_name(of->state.settings.name);
  wishes.erase("outcomes");
  wishes.erase("force");
  whole.update(wishes);
  auto draft = read_campaign(whole, with.campaign_defaults, look, with.now(), wrong);
  if (!wishes.contains("pre_dial_hook"))
    draft.settings.pre_dial_hook = of->state.settings.pre_dial_hook;
  check_hook(draft.settings, with, wrong);
  if (auto why = why_no_agent(draft.workflow, draft.trunk, look, with))
    wrong.meaning("/workflow_id", *std::move(why));
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  if (auto changed = seen_otherwise(request, *of))
    return answer(render(*changed));
  if (!domain::is_over(of->state.status))
    return answer(render(refused(
      domain::refusal::not_over,
      "Only a campaign that is over is redialed.",
      {{"campaign_id", to_string(of->state.id)},
       {"campaign_status", domain::to_string(of->state.status)}})));
  if (of->state.redialed_as && !force)
    return answer(render(redialed_already(of->state.id, of->state.redialed_as)));
  draft.campaign = {with.new_id()};
  keep_hook_secret(draft.settings, draft.campaign, with);
  auto job = std::make_shared<redialing>(
    *std::move(of), whom, force, std::move(draft), request, with, answer);
  bool taken = with.later([job] { job->run(); });
  if (!taken)
    answer(render(unavailable({"too much is being copied already"})));
}

} // namespace ringmaster::http
