#include "app/data_commands.hpp"

#include "app/configuration.hpp"
#include "app/key_commands.hpp"
#include "app/progress_line.hpp"
#include "app/stores.hpp"
#include "store/backup.hpp"
#include "store/signing.hpp"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::app {

namespace {

int refuse(const std::string& why) {
  std::fprintf(stderr, "ringmaster: %s\n", why.c_str());
  return 1;
}

void add_data(CLI::App& to, configuration& with) {
  to.add_option("--data", with.data, "Directory of journal, vault and views")
    ->envname("RINGMASTER_DATA")
    ->capture_default_str();
}

int export_public(const configuration& with) {
  auto key = store::read_public_key(with.signing_key_file());
  if (key.public_key.empty())
    return refuse(key.trouble);
  std::fputs(store::to_pem(key.public_key).c_str(), stdout);
  return 0;
}

/// What is said of a long work that walks the log; see `app::progress_line`.
using tell_events = std::function<void(std::uint64_t position, std::uint64_t last)>;

/// Lets `work` tell how far it is, on a line that is gone when it is done.
template <class Work>
auto with_progress(std::string_view what, const Work& work) {
  std::optional<progress_line> line;
  return work(tell_events{[&](std::uint64_t position, std::uint64_t last) {
    if (!line)
      line.emplace(what, last);
    line->show(position);
  }});
}

/// Prints `body` for scripts, or `text` for people.
int print(bool as_json, const nlohmann::ordered_json& body, const std::string& text) {
  std::puts((as_json ? body.dump() : text).c_str());
  return 0;
}

int rebuild(const std::filesystem::path& data, bool as_json) {
  auto answer = with_progress(
    "folding", [&](const tell_events& progress) { return rebuild_views(data, progress); });
  if (const auto* why = std::get_if<std::string>(&answer))
    return refuse(*why);
  const auto& it = std::get<rebuilt_views>(answer);
  bool same = it.before == it.after;
  return print(
    as_json,
    {{"events", it.events},
     {"rows", it.after.rows},
     {"sha256", it.after.sha256},
     {"same_as_before", same}},
    std::to_string(it.events) + " events folded into " + std::to_string(it.after.rows)
      + " rows, digest " + it.after.sha256 + '\n'
      + (same ? "the same as before" : "not the same as before"));
}

events::instant machine_time() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// What a backup and a restore are asked for.
struct copy_request {
  configuration with;              // of it, the data directory
  std::filesystem::path directory; // of the backup
  bool as_json = false;
};

int back_up(const copy_request& what) {
  auto answer = with_progress("verifying", [&](const tell_events& progress) {
    return store::back_up(what.with.data, what.directory, progress);
  });
  if (const auto* why = std::get_if<std::string>(&answer))
    return refuse(*why);
  const auto& it = std::get<store::backup_report>(answer);
  auto position = std::to_string(it.position);
  char megabytes[32];
  std::snprintf(megabytes, sizeof megabytes, "%.1f MB", static_cast<double>(it.bytes) / 1e6);
  return print(
    what.as_json,
    {{"position", it.position},
     {"head", it.head},
     {"generation", it.generation},
     {"bytes", it.bytes},
     {"directory", what.directory.string()}},
    position + " events, verified, " + megabytes + " in " + what.directory.string() + "\nhead "
      + position + ':' + it.head);
}

std::string about_secrets(std::size_t count, const configuration& with) {
  return "\n" + std::to_string(count)
         + " secrets of trunks and webhooks are in it, sealed. The key is not part of a backup: "
           "put the first server's at "
         + with.secrets_key_file().string() + " before you serve.";
}

int restore(const copy_request& what) {
  auto answer = with_progress("verifying", [&](const tell_events& progress) {
    return store::restore(what.directory, what.with.data, machine_time(), progress);
  });
  if (const auto* why = std::get_if<std::string>(&answer))
    return refuse(*why);
  const auto& it = std::get<store::restore_report>(answer);
  auto position = std::to_string(it.of.position);
  return print(
    what.as_json,
    {{"position", it.of.position},
     {"generation", it.generation},
     {"from_generation", it.of.generation},
     {"paused_campaigns", it.paused_campaigns},
     {"sealed_secrets", it.sealed_secrets},
     {"directory", what.with.data.string()}},
    position + " events restored into " + what.with.data.string() + ", verified\ngeneration "
      + it.generation + ", from " + it.of.generation + "\nWhat happened after position " + position
      + " is not known here: calls made since would be made again by a resume.\n"
      + std::to_string(it.paused_campaigns) + " running campaigns were paused."
      + (it.sealed_secrets == 0 ? "" : about_secrets(it.sealed_secrets, what.with)));
}

void add_json(CLI::App& to, bool& as_json) {
  to.add_flag("--json", as_json, "Print JSON");
}

void add_backup(CLI::App& app, int& status) {
  auto what = std::make_shared<copy_request>();
  auto* backing = app.add_subcommand(
    "backup", "Copy journal and vault into a new directory, while the server runs or not");
  add_data(*backing, what->with);
  add_json(*backing, what->as_json);
  backing->add_option("directory", what->directory, "The new directory")->required();
  backing->callback([what, &status] { status = back_up(*what); });
  auto to = std::make_shared<copy_request>();
  auto* restoring = app.add_subcommand("restore", "Make a new data directory from a backup");
  add_data(*restoring, to->with);
  add_json(*restoring, to->as_json);
  restoring->add_option("directory", to->directory, "The backup")
    ->required()
    ->check(CLI::ExistingDirectory);
  restoring->callback([to, &status] { status = restore(*to); });
}

void add_rebuild(CLI::App& app, int& status) {
  auto with = std::make_shared<configuration>();
  auto as_json = std::make_shared<bool>(false);
  auto* rebuilding = app.add_subcommand(
    "rebuild-views", "Throw the views away and fold the log again, while no server runs");
  add_data(*rebuilding, *with);
  add_json(*rebuilding, *as_json);
  rebuilding->callback([with, as_json, &status] { status = rebuild(with->data, *as_json); });
}

} // namespace

void add_data_commands(CLI::App& app, int& status) {
  auto with = std::make_shared<configuration>();
  auto& keys = *app.add_subcommand("keys", "Keys of the API, and the one that signs the log");
  keys.require_subcommand(1);
  add_key_commands(keys, status);
  auto* exporting = keys.add_subcommand(
    "export-public", "Print the public half of the key that signs the log, for auditors");
  add_data(*exporting, *with);
  exporting
    ->add_option("--signing-key", with->signing_key, "The private key's file, if it is elsewhere")
    ->envname("RINGMASTER_SIGNING_KEY");
  exporting->callback([with, &status] { status = export_public(*with); });
  add_backup(app, status);
  add_rebuild(app, status);
}

} // namespace ringmaster::app
