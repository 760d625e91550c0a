#include "app/client_commands.hpp"

#include "app/client.hpp"
#include "app/progress_bar.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <thread>

namespace ringmaster::app {

using nlohmann::json;

namespace {

/// What every client command takes.
struct common {
  std::string url = "http://127.0.0.1:8080";
  std::string key;
  bool as_json = false;
};

using action = std::function<void(client&)>;

/// Runs `what` against the server and turns trouble into an exit status.
void run_with(const common& with, int& status, const action& what) {
  try {
    client server{with.url, with.key};
    what(server);
  } catch (const client_error& why) {
    std::fprintf(stderr, "ringmaster: %s\n", why.what());
    status = 1;
  }
}

CLI::App* command(
  CLI::App& parent,
  const std::string& name,
  const std::string& what,
  const std::shared_ptr<common>& with,
  int& status,
  const action& does) {
  auto* made = parent.add_subcommand(name, what);
  made->add_option("--url", with->url, "The server")
    ->envname("RINGMASTER_URL")
    ->capture_default_str();
  made->add_option("--key", with->key, "Secret of an API key; better in the environment")
    ->envname("RINGMASTER_KEY");
  made->add_flag("--json", with->as_json, "Print JSON");
  made->callback([with, &status, does] { run_with(*with, status, does); });
  return made;
}

std::string at(const std::string& campaign) {
  return "/v1/campaigns/" + escaped(campaign);
}

std::string text_of(const json& value) {
  if (value.is_null())
    return "-";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// A table of some members of each object; each column as wide as it needs.
void print_table(const json& items, const std::vector<std::string>& members) {
  std::vector<std::size_t> widths;
  for (const auto& member : members) {
    auto width = member.size();
    for (const auto& item : items)
      width = std::max(width, text_of(item.value(member, json{})).size());
    widths.push_back(width);
  }
  auto print_row = [&](const std::function<std::string(const std::string&)>& cell) {
    std::string row;
    for (std::size_t i = 0; i < members.size(); ++i) {
      auto text = cell(members[i]);
      row += text + std::string(widths[i] - text.size() + 2, ' ');
    }
    std::printf("%s\n", row.substr(0, row.find_last_not_of(' ') + 1).c_str());
  };
  print_row([](const std::string& member) { return member; });
  for (const auto& item : items)
    print_row([&](const std::string& member) { return text_of(item.value(member, json{})); });
}

/// The body as it is with --json; else its scalar members, a line each.
void print_one(const json& body, bool as_json) {
  if (as_json) {
    std::printf("%s\n", body.dump(2).c_str());
    return;
  }
  for (const auto& [name, value] : body.items())
    if (value.is_primitive())
      std::printf("%-24s %s\n", name.c_str(), text_of(value).c_str());
}

void print_many(const json& body, bool as_json, const std::vector<std::string>& members) {
  if (as_json)
    std::printf("%s\n", body.dump(2).c_str());
  else
    print_table(body["items"], members);
}

json read_json_file(const std::string& path) {
  std::ifstream file{path};
  auto body = json::parse(file, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object())
    throw client_error{path + ": not a JSON object"};
  return body;
}

void print_outcomes(const json& progress) {
  std::printf("\n%-14s %8s\n", "outcome", "attempts");
  for (const auto& [name, count] : progress["outcomes"].items())
    if (count != 0)
      std::printf("%-14s %8s\n", name.c_str(), count.dump().c_str());
  std::printf(
    "\n%s contacts: %s completed, %s failed, %s cancelled, in %s attempts\n",
    text_of(progress["total"]).c_str(),
    text_of(progress["completed"]).c_str(),
    text_of(progress["failed"]).c_str(),
    text_of(progress["cancelled"]).c_str(),
    text_of(progress["attempts"]).c_str());
}

std::size_t terminal_columns() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
    return size.ws_col - 1U;
  return 160;
}

/// Follows a campaign until it is over, paused by the breaker, or the caller
/// goes away. On a terminal one line that moves; else a line when it changes.
void watch(client& server, const std::string& campaign, bool as_json) {
  constexpr auto interval = std::chrono::milliseconds{250};
  progress_bar bar;
  std::string last;
  bool terminal = isatty(STDOUT_FILENO) != 0;
  for (;;) {
    auto progress = server.get(at(campaign) + "/progress");
    auto status = progress.value("status", "");
    bool over = status == "completed" || status == "failed" || status == "cancelled";
    auto line = as_json ? progress.dump()
                        : bar.line(progress, std::chrono::steady_clock::now(), terminal_columns());
    if (line != last)
      std::printf(terminal && !as_json ? "\r\033[K%s" : "%s\n", line.c_str());
    std::fflush(stdout);
    last = std::move(line);
    if (over) {
      if (!as_json)
        print_outcomes(progress);
      return;
    }
    std::this_thread::sleep_for(interval);
  }
}

void add_lists(CLI::App& app, int& status) {
  auto* lists = app.add_subcommand("lists", "Contact lists");
  lists->require_subcommand(1);
  auto with = std::make_shared<common>();
  struct options {
    std::string file;
    std::string name;
    std::string country;
    bool skip = false;
  };
  auto what = std::make_shared<options>();
  auto* upload = command(
    *lists, "upload", "Validate and store a CSV", with, status, [with, what](client& server) {
      auto name =
        what->name.empty() ? std::filesystem::path{what->file}.stem().string() : what->name;
      auto target =
        "/v1/contact-lists?name=" + escaped(name) + "&invalid=" + (what->skip ? "skip" : "reject");
      if (!what->country.empty())
        target += "&default_country=" + escaped(what->country);
      print_one(server.upload(target, what->file), with->as_json);
    });
  upload->add_option("file", what->file, "CSV with a phone_number column")
    ->required()
    ->check(CLI::ExistingFile);
  upload->add_option("--name", what->name, "Name of the list; default: the file's");
  upload->add_option("--default-country", what->country, "Reads national numbers: US, DE …");
  upload->add_flag("--skip-invalid", what->skip, "Store the good rows, report the others");
  command(*lists, "list", "All lists", with, status, [with](client& server) {
    print_many(
      server.get("/v1/contact-lists"),
      with->as_json,
      {"id", "name", "rows_accepted", "rows_rejected", "uploaded_at"});
  });
}

void add_creation(
  CLI::App& parent, const std::string& collection, const std::string& what, int& status) {
  auto with = std::make_shared<common>();
  auto file = std::make_shared<std::string>();
  auto* create = command(
    parent, "create", "Create a " + what + " from a JSON file", with, status, [=](client& server) {
      print_one(server.post("/v1/" + collection, read_json_file(*file)), with->as_json);
    });
  create->add_option("file", *file, "JSON body as in docs/api.md")
    ->required()
    ->check(CLI::ExistingFile);
}

void add_collection(
  CLI::App& app,
  const std::string& collection,
  const std::string& what,
  const std::vector<std::string>& members,
  int& status) {
  auto* parent = app.add_subcommand(collection, "The " + collection);
  parent->require_subcommand(1);
  add_creation(*parent, collection, what, status);
  auto with = std::make_shared<common>();
  command(*parent, "list", "All " + collection, with, status, [=](client& server) {
    print_many(server.get("/v1/" + collection), with->as_json, members);
  });
}

void add_forecast(CLI::App& campaigns, int& status) {
  auto with = std::make_shared<common>();
  auto id = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  auto* forecast = command(
    campaigns, "forecast", "When a campaign would finish", with, status, [=](client& server) {
      auto body =
        server.post(at(*id) + "/forecast", file->empty() ? json::object() : read_json_file(*file));
      if (!with->as_json)
        body["based_on"] = body["assumptions"]["based_on"];
      print_one(body, with->as_json);
    });
  forecast->add_option("id", *id, "cmp_…")->required();
  forecast
    ->add_option("file", *file, "JSON body as in docs/api.md: another policy, a mix of outcomes")
    ->check(CLI::ExistingFile);
}

void add_campaigns(CLI::App& app, int& status) {
  add_collection(
    app, "campaigns", "campaign", {"id", "name", "status", "concurrency", "created_at"}, status);
  auto* campaigns = app.get_subcommand("campaigns");
  for (std::string verb :
       {"start", "pause", "resume", "cancel", "clone", "redial", "archive", "unarchive"}) {
    auto with = std::make_shared<common>();
    auto id = std::make_shared<std::string>();
    auto hang_up = std::make_shared<bool>(false);
    auto force = std::make_shared<bool>(false);
    auto* added =
      command(*campaigns, verb, verb + " a campaign", with, status, [=](client& server) {
        auto body = json::object();
        if (*hang_up)
          body["calls"] = "hang_up";
        if (*force)
          body["force"] = true;
        print_one(server.post(at(*id) + '/' + verb, body), with->as_json);
      });
    added->add_option("id", *id, "cmp_…")->required();
    if (verb == "pause" || verb == "cancel")
      added->add_flag("--hang-up", *hang_up, "Hang up the calls that are up");
    if (verb == "redial")
      added->add_flag("--force", *force, "Even if it was redialed before");
  }
  add_forecast(*campaigns, status);
  auto with = std::make_shared<common>();
  auto id = std::make_shared<std::string>();
  command(
    *campaigns,
    "show",
    "One campaign and its progress",
    with,
    status,
    [=](client& server) {
      auto body = server.get(at(*id));
      body["progress"] = server.get(at(*id) + "/progress");
      print_one(body, with->as_json);
      if (!with->as_json)
        print_one(body["progress"], false);
    })
    ->add_option("id", *id, "cmp_…")
    ->required();
}

void add_watching(CLI::App& app, int& status) {
  auto with = std::make_shared<common>();
  auto id = std::make_shared<std::string>();
  command(
    app,
    "watch",
    "Follow a campaign until it is over",
    with,
    status,
    [=](client& server) { watch(server, *id, with->as_json); })
    ->add_option("id", *id, "cmp_…")
    ->required();
  auto runs_with = std::make_shared<common>();
  auto runs_of = std::make_shared<std::string>();
  auto query = std::make_shared<std::string>();
  auto* runs =
    command(app, "runs", "The latest runs of a campaign", runs_with, status, [=](client& server) {
      print_many(
        server.get(at(*runs_of) + "/runs" + (query->empty() ? "" : "?outcome=" + escaped(*query))),
        runs_with->as_json,
        {"run_id", "outcome", "cause", "dialed_at", "duration_ms", "answered_by"});
    });
  runs->add_option("id", *runs_of, "cmp_…")->required();
  runs->add_option("--outcome", *query, "Only these");
}

void add_erasure(CLI::App& app, int& status) {
  auto with = std::make_shared<common>();
  auto number = std::make_shared<std::string>();
  auto* erase = command(
    app,
    "erase",
    "Remove a person from everything that is kept",
    with,
    status,
    [=](client& server) {
      auto done = server.post("/v1/erasures", {{"phone_number", *number}});
      if (with->as_json)
        return print_one(done, true);
      for (const auto& row : done["rows"])
        std::printf(
          "erased row %u of %s\n",
          row["row"].get<unsigned>(),
          row["contact_list_id"].get<std::string>().c_str());
      if (done["rows"].empty())
        std::printf("no contact list has this number\n");
    });
  erase->add_option("--number", *number, "E.164, as in +14155550100")->required();
}

/// The id of the first item called `name`; empty if there is none.
std::string find_named(client& server, const std::string& collection, const std::string& name) {
  for (const auto& item : server.get("/v1/" + collection + "?limit=1000")["items"])
    if (item.value("name", "") == name)
      return item.value("id", "");
  return {};
}

/// A first campaign from nothing: what is there from an earlier tour is used.
void tour(client& server, const std::string& file) {
  const std::string name = "tour";
  auto campaign = find_named(server, "campaigns", name);
  if (campaign.empty()) {
    auto list = find_named(server, "contact-lists", name);
    if (list.empty())
      list = server.upload("/v1/contact-lists?name=tour&default_country=US", file)["id"];
    auto trunk = find_named(server, "trunks", name);
    if (trunk.empty())
      trunk = server.post(
        "/v1/trunks",
        {{"name", name},
         {"provider", "simulated"},
         {"settings", json::object()},
         {"caller_ids", {"+14155550199"}},
         {"channels", 20}})["id"];
    auto workflow = find_named(server, "workflows", name);
    if (workflow.empty())
      workflow = server.post(
        "/v1/workflows",
        {{"name", name},
         {"agent", "reminder-agent"},
         {"prompt", "Greet {{customer_name}} and confirm the appointment on {{appointment}}."},
         {"required_variables", {"customer_name"}}})["id"];
    campaign = server.post(
      "/v1/campaigns",
      {{"name", name},
       {"workflow_id", workflow},
       {"contact_list_id", list},
       {"trunk_id", trunk},
       {"concurrency", 20},
       {"retry_config", {{"max_attempts", 3}, {"retry_interval_minutes", 5}}},
       // The first calls to end are those that failed; a tour is not to stop at three of five.
       {"circuit_breaker", {{"min_calls_in_window", 30}}}})["id"];
  }
  if (server.get(at(campaign)).value("status", "") == "draft")
    server.post(at(campaign) + "/start", nullptr);
  std::printf("campaign %s\n", campaign.c_str());
  watch(server, campaign, false);
}

void add_tour(CLI::App& app, int& status) {
  auto with = std::make_shared<common>();
  auto file = std::make_shared<std::string>("examples/contacts.csv");
  command(
    app,
    "tour",
    "A first campaign on the simulated carrier, from the upload to the outcomes",
    with,
    status,
    [=](client& server) { tour(server, *file); })
    ->add_option("file", *file, "Contacts to call")
    ->check(CLI::ExistingFile)
    ->capture_default_str();
}

} // namespace

void add_client_commands(CLI::App& app, int& status) {
  add_lists(app, status);
  add_collection(app, "workflows", "workflow", {"id", "name", "agent", "created_at"}, status);
  add_collection(app, "trunks", "trunk", {"id", "name", "provider", "channels"}, status);
  add_campaigns(app, status);
  add_watching(app, status);
  add_erasure(app, status);
  add_tour(app, status);
}

} // namespace ringmaster::app
