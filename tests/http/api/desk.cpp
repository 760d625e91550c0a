#include "http/api/desk.hpp"

#include "domain/list_import.hpp"
#include "domain/match.hpp"
#include "http/campaign_body.hpp"

namespace ringmaster::test {

using nlohmann::json;

namespace {

constexpr events::instant a_monday_noon{
  std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{12}};

/// Keeps rows in memory, and records the list as the engine would.
class memory_upload : public http::upload {
public:
  memory_upload(desk& home, options how, events::contact_list_id list)
    : home_{home}, how_{std::move(how)}, list_{list},
      import_{
        how_.default_country,
        {},
        {.accept = [this](domain::contact_row it) { rows_.push_back(std::move(it)); },
         .reject = [this](domain::rejected_row it) { rejects_.push_back(std::move(it)); }}} {}

  bool write(std::string_view bytes) override { return import_.read(bytes); }

  void finish(
    std::optional<events::request_mark>,
    std::function<void(std::variant<report, domain::import_failure, http::command_unavailable>)>
      done) override {
    auto summary = import_.finish();
    if (!summary)
      return done(*import_.failure());
    report told{.stored = {}, .summary = *summary, .first_rejects = rejects_};
    if (summary->rows > 0 && (how_.skip_invalid || rejects_.empty()))
      store(told);
    done(std::move(told));
  }

private:
  void store(report& told) {
    told.stored = events::contact_list_uploaded{
      .list = list_,
      .name = how_.name,
      .rows = told.summary.rows,
      .rejected = told.summary.rejected,
      .file_sha256 = told.summary.file_sha256,
      .columns = told.summary.columns};
    home_.vault[list_] = rows_;
    if (!rejects_.empty())
      home_.rejects[list_] = "line,column,reason,value,first_line\r\n";
    told.position = home_.record(events::stream_of(list_), *told.stored);
  }

  desk& home_;
  options how_;
  events::contact_list_id list_;
  std::vector<domain::contact_row> rows_;
  std::vector<domain::rejected_row> rejects_;
  domain::list_import import_;
};

} // namespace

desk::desk() : now{a_monday_noon} {
  with.now = [this] { return now; };
  with.new_id = [this] { return ++last_id_; };
  with.views = &library_;
  with.generation = "first";
  with.campaign_defaults = http::built_in_defaults();
  with.later = [](const std::function<void()>& what) {
    what();
    return true;
  };
  with.log = [this](http::severity, const std::string& line, std::uint64_t) {
    logged.push_back(line);
  };
  wire_commands();
  wire_vault();
  wire_webhooks();
}

void desk::wire_commands() {
  auto recording = [this](const auto& stream, const auto& what, const auto& answer) {
    answer(instead ? *instead : http::command_done{record(stream, what)});
  };
  with.create_workflow = [recording](auto what, http::origin, auto answer) {
    recording(events::stream_of(what.workflow), what, answer);
  };
  with.create_trunk = [recording](auto what, http::origin, auto answer) {
    recording(events::stream_of(what.trunk), what, answer);
  };
  with.edit_trunk = [this, recording](auto what, auto given, http::origin, auto answer) {
    if (!instead)
      with.keep_secrets(what.trunk, given);
    recording(events::stream_of(what.trunk), what, answer);
  };
  with.remove_trunk = [recording](auto id, http::origin, auto answer) {
    recording(events::stream_of(id), events::trunk_removed{id}, answer);
  };
  with.erase_row = [this](const auto& row, http::origin, auto answer) {
    erased.push_back(row);
    answer(instead ? *instead : http::command_done{7});
  };
  with.erase_number = [this](auto number, http::origin, auto answer) {
    erased_number = number;
    if (instead)
      return answer(std::nullopt);
    answer(std::vector<domain::list_row>{{{1}, 3}});
  };
  with.new_secret = [this] { return domain::secret_bytes{static_cast<std::uint8_t>(++last_id_)}; };
  with.seed_kept = [this](const auto& key) {
    auto found = seeds.find(key);
    return found == seeds.end() ? std::nullopt : std::optional{found->second};
  };
  with.keep_seed = [this](const auto& of, const auto& seed) { seeds[of.key] = seed; };
  with.create_key = [recording](auto what, http::origin, auto answer) {
    recording(events::stream_of(what.key), what, answer);
  };
  with.revoke_key = [recording](auto id, http::origin, auto answer) {
    recording(events::stream_of(id), events::api_key_revoked{id}, answer);
  };
  with.command = [this](auto id, auto what, http::origin, auto answer) {
    if (instead)
      return answer(*instead);
    auto view = library_.look().campaign(id);
    match(
      domain::decide(view ? view->state : domain::campaign{}, what),
      [&](const domain::campaign_facts& facts) {
        for (const auto& fact : facts)
          std::visit([&](const auto& it) { record(events::stream_of(id), it); }, fact);
        answer(http::command_done{position_, view ? view->progress.in_flight : 0});
      },
      [&](domain::refusal why) { answer(http::command_refused{why}); });
  };
  with.order_contact = [this](const auto& key, auto order, http::origin, auto answer) {
    auto look = library_.look();
    auto campaign = look.campaign(key.campaign);
    if (auto why = domain::why_no_order(campaign->state, key.row))
      return answer(http::command_refused{*why});
    auto view = look.contact(key);
    match(
      domain::decide(
        view ? view->state : domain::contact{},
        domain::command_of(order, now, campaign->state.settings.schedule)),
      [&](const domain::contact_facts& facts) {
        for (const auto& fact : facts)
          happen(key, fact);
        answer(http::command_done{position_});
      },
      [&](domain::refusal why) { answer(http::command_refused{why}); });
  };
  with.cancel_line = [this](auto id, auto which, http::origin, auto answer) {
    swept = which;
    answer(http::command_done{.position = position_, .contacts = 2});
    (void)id;
  };
  with.check_trunk = [](const events::trunk_created& trunk) {
    std::vector<http::trunk_trouble> found;
    if (trunk.provider != "simulated")
      found.push_back({"/provider", "There is no such provider."});
    if (json::parse(trunk.settings).contains("shows_number") && trunk.caller_ids.empty())
      found.push_back({"/caller_ids", "There must be a number to call from."});
    if (json::parse(trunk.settings).contains("oops"))
      found.push_back({"/settings", "The provider does not take this: oops."});
    return found;
  };
  with.check_agent =
    [](const events::trunk_created& trunk, const auto& agent) -> std::optional<std::string> {
    bool wants_url = json::parse(trunk.settings).contains("wants_url");
    return wants_url && !agent.starts_with("wss://")
             ? std::optional{std::string{"is no wss:// URL"}}
             : std::nullopt;
  };
  with.check_secrets = [this](auto trunk, const auto&, const auto& settings, const auto& given)
    -> std::optional<std::string> {
    if (given.contains("wrong"))
      return "wrong is not a secret of this provider";
    auto before = secrets.find(trunk);
    bool has_password = given.contains("password")
                        || (before != secrets.end() && before->second.contains("password"));
    return json::parse(settings).contains("username") && !has_password
             ? std::optional{std::string{"password is missing"}}
             : std::nullopt;
  };
  with.keep_secrets = [this](auto trunk, const auto& given) {
    for (const auto& [name, value] : given)
      secrets[trunk][name] = value;
  };
  with.secret_names = [this](auto trunk) {
    std::vector<std::string> names;
    for (const auto& [name, value] : secrets[trunk])
      names.push_back(name);
    return names;
  };
  with.is_result_token = [](const auto& call, auto token) {
    return token == "rst_of_" + to_string(call);
  };
  with.judge_call = [this](const auto& call, auto verdict, auto answer) {
    events::contact_key contact{call.campaign, call.row};
    auto look = library_.look();
    auto settings = look.campaign(call.campaign)->state.settings;
    auto view = look.contact(contact);
    auto decided = domain::decide(
      view->state,
      domain::hear_report{
        .attempt = call.attempt,
        .report = verdict,
        .now = now,
        .retry = &settings.retry,
        .schedule = &settings.schedule});
    for (const auto& fact : std::get<domain::contact_facts>(decided))
      if (records_verdicts)
        happen(contact, fact);
    if (records_verdicts && verdict.result)
      results[call] = *verdict.result;
    answer(records_verdicts);
  };
  with.breaker = [this](auto, auto answer) { answer(window); };
  with.trunk_lines = [this](auto, auto answer) { answer(lines); };
  with.when_visible = [this](auto position, auto, auto call) {
    waited_for.push_back(position);
    call(sees);
  };
}

void desk::wire_webhooks() {
  auto recording = [this](events::webhook_id id, const auto& what, const auto& answer) {
    answer(instead ? *instead : http::command_done{record(events::stream_of(id), what)});
  };
  with.create_webhook = [this, recording](auto what, auto secret, http::origin, auto answer) {
    webhook_secrets[what.webhook] = secret;
    recording(what.webhook, what, answer);
  };
  with.edit_webhook = [recording](auto what, http::origin, auto answer) {
    recording(what.webhook, what, answer);
  };
  with.remove_webhook = [recording](auto id, http::origin, auto answer) {
    recording(id, events::webhook_removed{id}, answer);
  };
  with.why_not_url = [](const std::string& url) -> std::optional<std::string> {
    return url.starts_with("https://") ? std::nullopt : std::optional{std::string{"is none"}};
  };
  with.keep_hook_secret = [this](events::campaign_id owner, const std::string& secret) {
    auto name = to_string(owner) + "/hook_" + std::to_string(hook_secrets.size());
    hook_secrets[name] = secret;
    return name;
  };
  with.webhooks.stands = [this](auto id) {
    auto found = standings.find(id);
    return found == standings.end() ? std::nullopt : std::optional{found->second};
  };
  with.webhooks.parked = [this](auto, auto after, auto most) {
    std::vector<http::parked_event> found;
    for (const auto& it : parked)
      if (it.position > after && found.size() < most)
        found.push_back(it);
    return found;
  };
  with.webhooks.retry_parked = [this](auto) { return std::exchange(parked, {}).size(); };
  with.webhooks.replay = [this](auto, auto from) {
    replays.push_back(from);
    return true;
  };
  with.webhooks.try_out = [this](auto, auto then) { then(trial); };
}

void desk::wire_vault() {
  with.begin_upload = [this](auto how, http::origin) {
    return std::make_unique<memory_upload>(*this, how, events::contact_list_id{++last_id_});
  };
  with.row = [this](auto list, auto row) {
    const auto& rows = vault[list];
    return row >= 1 && row <= rows.size() ? std::optional{rows[row - 1]} : std::nullopt;
  };
  with.rows = [this](auto list, auto first, auto most) {
    std::vector<std::pair<std::uint32_t, domain::contact_row>> found;
    for (auto row = first; found.size() < most && row <= vault[list].size(); ++row)
      found.emplace_back(row, vault[list][row - 1]);
    return found;
  };
  with.rejects = [this](auto list) -> std::optional<http::body_source> {
    auto found = rejects.find(list);
    if (found == rejects.end())
      return std::nullopt;
    return [left = std::optional{found->second}]() mutable { return std::exchange(left, {}); };
  };
  with.result = [this](const auto& key) {
    auto found = results.find(key);
    return found == results.end() ? std::nullopt : std::optional{found->second};
  };
}

std::uint64_t desk::record(const events::stream_id& stream, const events::event& what) {
  events::envelope it{
    .position = ++position_,
    .stream = stream,
    .version = library_.look().version_of(stream) + 1,
    .recorded_at = now,
    .actor = "test",
    .event = what};
  projection_.fold(
    {&it, 1}, {.position = position_, .chain_hash = {}, .generation = "first", .format = 1});
  log_.push_back(std::move(it));
  return position_;
}

std::uint64_t desk::happen(const events::contact_key& to, const events::contact_event& what) {
  return std::visit([&](const auto& it) { return record(events::stream_of(to), it); }, what);
}

http::incoming
desk::request(const std::string& method, const std::string& target, const std::string& body) {
  http::incoming it;
  it.method = method;
  it.role = events::key_role::admin;
  auto question = target.find('?');
  it.path = target.substr(0, question);
  auto rest = question == std::string::npos ? std::string{} : target.substr(question + 1);
  while (!rest.empty()) {
    auto end = rest.find('&');
    auto pair = rest.substr(0, end);
    auto equals = pair.find('=');
    it.query[pair.substr(0, equals)] =
      equals == std::string::npos ? std::string{} : pair.substr(equals + 1);
    rest = end == std::string::npos ? std::string{} : rest.substr(end + 1);
  }
  it.body = body;
  if (!body.empty())
    it.headers["content-type"] = "application/json";
  return it;
}

answered desk::ask(http::incoming request) {
  std::optional<http::outgoing> got;
  unsigned answers = 0;
  http::handle(request, with, [&](http::outgoing it) {
    got = std::move(it);
    ++answers;
  });
  if (answers != 1)
    return {};
  if (got->stream)
    while (auto piece = got->stream())
      got->body += *piece;
  return {
    .status = got->status,
    .headers = {got->headers.begin(), got->headers.end()},
    .body = json::parse(got->body, nullptr, false),
    .text = got->body};
}

answered desk::get(const std::string& target) {
  return ask(request("GET", target));
}

answered desk::remove(const std::string& target) {
  return ask(request("DELETE", target));
}

answered desk::post(const std::string& target, const std::string& body) {
  return ask(request("POST", target, body));
}

answered desk::patch(const std::string& target, const std::string& body) {
  return ask(request("PATCH", target, body));
}

answered desk::upload(const std::string& target, const std::string& csv) {
  auto it = request("POST", target, csv);
  it.headers["content-type"] = "text/csv";
  return ask(std::move(it));
}

json desk::campaign_body() {
  auto list = upload(
    "/v1/contact-lists?name=people",
    "phone_number,customer_name,plan\n"
    "+14155550100,Jane,premium\n"
    "+14155550101,Bob,\n"
    "+14155550102,Eve,basic\n");
  auto workflow = post(
    "/v1/workflows",
    R"({"name":"remind","agent":"a-1","prompt":"Hi {{customer_name}}",
        "required_variables":["customer_name","phone_number"]})");
  auto trunk = post(
    "/v1/trunks",
    R"({"name":"sim","provider":"simulated","caller_ids":["+14155550199"],"channels":20})");
  return {
    {"name", "spring"},
    {"workflow_id", workflow.body["id"]},
    {"contact_list_id", list.body["id"]},
    {"trunk_id", trunk.body["id"]}};
}

std::string desk::draft() {
  return post("/v1/campaigns", campaign_body().dump()).body.at("id").get<std::string>();
}

} // namespace ringmaster::test
