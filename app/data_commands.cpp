#include "app/data_commands.hpp"

#include "app/configuration.hpp"
#include "app/key_commands.hpp"
#include "app/stores.hpp"
#include "store/backup.hpp"
#include "store/signing.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>

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

/// Shows on stderr, if that is a terminal, how far the work is.
class event_counter {
public:
  explicit event_counter(std::string what) : what_{std::move(what)} {}
  ~event_counter() {
    if (terminal_)
      std::fputs("\r\033[K", stderr);
  }
  event_counter(const event_counter&) = delete;
  event_counter& operator=(const event_counter&) = delete;

  void operator()(std::uint64_t position, std::uint64_t last) const {
    if (terminal_)
      std::fprintf(
        stderr,
        "\r\033[K%s: %s of %s events",
        what_.c_str(),
        std::to_string(position).c_str(),
        std::to_string(last).c_str());
  }

private:
  std::string what_;
  bool terminal_ = isatty(STDERR_FILENO) != 0;
};

int rebuild(const configuration& with) {
  event_counter progress{"folding"};
  auto answer = rebuild_views(with.data, std::cref(progress));
  if (const auto* why = std::get_if<std::string>(&answer))
    return refuse(*why);
  const auto& it = std::get<rebuilt_views>(answer);
  std::printf(
    "%s events folded into %s rows, digest %s\n%s\n",
    std::to_string(it.events).c_str(),
    std::to_string(it.after.rows).c_str(),
    it.after.sha256.c_str(),
    it.before == it.after ? "the same as before" : "not the same as before");
  return 0;
}

events::instant machine_time() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

int back_up(const std::filesystem::path& data, const std::filesystem::path& to) {
  event_counter progress{"verifying"};
  auto answer = store::back_up(data, to, std::cref(progress));
  if (const auto* why = std::get_if<std::string>(&answer))
    return refuse(*why);
  const auto& it = std::get<store::backup_report>(answer);
  std::printf(
    "%s events, verified, %.1f MB in %s\nhead %s:%s\n",
    std::to_string(it.position).c_str(),
    static_cast<double>(it.bytes) / 1e6,
    to.c_str(),
    std::to_string(it.position).c_str(),
    it.head.c_str());
  return 0;
}

int restore(const std::filesystem::path& from, const std::filesystem::path& data) {
  event_counter progress{"verifying"};
  auto answer = store::restore(from, data, machine_time(), std::cref(progress));
  if (const auto* why = std::get_if<std::string>(&answer))
    return refuse(*why);
  const auto& it = std::get<store::restore_report>(answer);
  std::printf(
    "%s events restored into %s, verified\ngeneration %s, from %s\n"
    "What happened after position %s is not known here: calls made since would be made again by a "
    "resume.\n"
    "%s running campaigns were paused.\n",
    std::to_string(it.of.position).c_str(),
    data.c_str(),
    it.generation.c_str(),
    it.of.generation.c_str(),
    std::to_string(it.of.position).c_str(),
    std::to_string(it.paused_campaigns).c_str());
  return 0;
}

void add_backup(CLI::App& app, int& status) {
  struct options {
    configuration with;
    std::filesystem::path directory;
  };
  auto what = std::make_shared<options>();
  auto* backing = app.add_subcommand(
    "backup", "Copy journal and vault into a new directory, while the server runs or not");
  add_data(*backing, what->with);
  backing->add_option("directory", what->directory, "The new directory")->required();
  backing->callback([what, &status] { status = back_up(what->with.data, what->directory); });
  auto to = std::make_shared<options>();
  auto* restoring = app.add_subcommand("restore", "Make a new data directory from a backup");
  add_data(*restoring, to->with);
  restoring->add_option("directory", to->directory, "The backup")
    ->required()
    ->check(CLI::ExistingDirectory);
  restoring->callback([to, &status] { status = restore(to->directory, to->with.data); });
}

void add_rebuild(CLI::App& app, int& status) {
  auto with = std::make_shared<configuration>();
  auto* rebuilding = app.add_subcommand(
    "rebuild-views", "Throw the views away and fold the log again, while no server runs");
  add_data(*rebuilding, *with);
  rebuilding->callback([with, &status] { status = rebuild(*with); });
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
