#include "app/key_commands.hpp"

#include "app/chance.hpp"
#include "app/client.hpp"
#include "app/stores.hpp"
#include "domain/api_key.hpp"
#include "projections/library.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

namespace ringmaster::app {

using nlohmann::json;

namespace {

struct key_options {
  std::string url = "http://127.0.0.1:8080";
  std::string key;
  std::string data;    // not empty: there, without a server
  std::string subject; // of what the command speaks: a name, or an id
  std::string role = "viewer";
};

/// Why the key cannot be made, or empty. The rules are the server's.
std::string trouble_with(const key_options& with, const projections::library_view& look) {
  if (!domain::is_key_name(with.subject))
    return "a key's name has 1 to 64 letters, digits and .-_@";
  if (look.has_api_key_named(with.subject))
    return "a key of that name was made before";
  bool first = look.api_keys(std::nullopt, 1).items.empty();
  if (first && with.role != "admin")
    return "from the first key on, keys are needed: it must be an admin's";
  return "";
}

/// Takes the log over as the server would, which must be stopped for that.
json create_in(const key_options& with) {
  auto opened = open_stores(with.data, {});
  if (auto* why = std::get_if<std::string>(&opened))
    throw client_error{*why};
  auto& all = std::get<stores>(opened);
  auto look = projections::library{*all.views}.look();
  if (auto trouble = trouble_with(with, look); !trouble.empty())
    throw client_error{trouble};
  all.journal->look_up_versions_with([&](const auto& stream) { return look.version_of(stream); });
  auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  events::api_key_created made{
    .key = {new_id_number(now)},
    .name = with.subject,
    .role = events::parse_key_role(with.role).value(),
    .secret_sha256 = {}};
  auto secret = domain::make_secret(made.key, random_secret());
  made.secret_sha256 = domain::sha256_of(secret);
  const store::append appends[]{
    {.stream = events::engine_stream,
     .expected_version = look.version_of(events::engine_stream),
     .events = {events::engine_started{
       .epoch = all.journal->epoch(), .software = "ringmaster keys create"}}},
    {.stream = events::stream_of(made.key),
     .expected_version = 0,
     .events = {made},
     .actor = "local"}};
  auto written = all.journal->write(appends, now);
  for (const auto& answer : written.answers)
    if (const auto* why = std::get_if<store::append_refusal>(&answer))
      throw client_error{"the log does not take it: " + std::string{store::to_string(*why)}};
  return {{"id", to_string(made.key)}, {"secret", secret}};
}

void create(const key_options& with) {
  auto made =
    with.data.empty()
      ? client{with.url, with.key}.post("/v1/keys", {{"name", with.subject}, {"role", with.role}})
      : create_in(with);
  // The secret alone on stdout, so that a script can keep it.
  std::fprintf(
    stderr,
    "%s, a key of role %s called %s; its secret is shown this once:\n",
    made["id"].get<std::string>().c_str(),
    with.role.c_str(),
    with.subject.c_str());
  std::printf("%s\n", made["secret"].get<std::string>().c_str());
}

void list(const key_options& with) {
  client server{with.url, with.key};
  std::string cursor;
  std::printf("%-18s%-10s%-22s%-22s%s\n", "id", "role", "created", "revoked", "name");
  do {
    auto page = server.get("/v1/keys?limit=1000" + cursor);
    for (const auto& it : page["items"])
      std::printf(
        "%-18s%-10s%-22.19s%-22.19s%s\n",
        it["id"].get<std::string>().c_str(),
        it["role"].get<std::string>().c_str(),
        it["created_at"].get<std::string>().c_str(),
        it["revoked_at"].is_null() ? "-" : it["revoked_at"].get<std::string>().c_str(),
        it["name"].get<std::string>().c_str());
    cursor =
      page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
  } while (!cursor.empty());
}

void revoke(const key_options& with) {
  client{with.url, with.key}.remove("/v1/keys/" + escaped(with.subject));
  std::printf("%s is revoked\n", with.subject.c_str());
}

CLI::App& command(
  CLI::App& parent,
  const std::string& name,
  const std::string& what,
  const std::shared_ptr<key_options>& with,
  int& status,
  void (*does)(const key_options&)) {
  auto& made = *parent.add_subcommand(name, what);
  made.add_option("--url", with->url, "The server")
    ->envname("RINGMASTER_URL")
    ->capture_default_str();
  made.add_option("--key", with->key, "Secret of an admin's key; better in the environment")
    ->envname("RINGMASTER_KEY");
  made.callback([with, &status, does] {
    try {
      does(*with);
    } catch (const client_error& why) {
      std::fprintf(stderr, "ringmaster: %s\n", why.what());
      status = 1;
    }
  });
  return made;
}

} // namespace

void add_key_commands(CLI::App& keys, int& status) {
  auto with = std::make_shared<key_options>();
  auto& creating = command(keys, "create", "Make an API key", with, status, create);
  creating.add_option("name", with->subject, "What the log calls its holder")->required();
  creating.add_option("--role", with->role, "What it allows")
    ->check(CLI::IsMember({"viewer", "operator", "admin"}))
    ->capture_default_str();
  creating.add_option("--data", with->data, "Directory of a stopped server, in place of --url");
  command(keys, "list", "All API keys, revoked ones too", with, status, list);
  command(keys, "revoke", "Let an API key open nothing any more", with, status, revoke)
    .add_option("id", with->subject, "key_…")
    ->required();
}

} // namespace ringmaster::app
