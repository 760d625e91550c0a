#include "app/data_commands.hpp"

#include "app/configuration.hpp"
#include "app/key_commands.hpp"
#include "app/stores.hpp"
#include "store/signing.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

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

int rebuild(const configuration& with) {
  bool terminal = isatty(STDERR_FILENO) != 0;
  auto answer = rebuild_views(with.data, [&](std::uint64_t position, std::uint64_t last) {
    if (terminal)
      std::fprintf(
        stderr,
        "\r\033[Kfolding: %llu of %llu events",
        static_cast<unsigned long long>(position),
        static_cast<unsigned long long>(last));
  });
  if (terminal)
    std::fputs("\r\033[K", stderr);
  if (const auto* why = std::get_if<std::string>(&answer))
    return refuse(*why);
  const auto& it = std::get<rebuilt_views>(answer);
  std::printf(
    "%llu events folded into %llu rows, digest %s\n%s\n",
    static_cast<unsigned long long>(it.events),
    static_cast<unsigned long long>(it.after.rows),
    it.after.sha256.c_str(),
    it.before == it.after ? "the same as before" : "not the same as before");
  return 0;
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
  add_rebuild(app, status);
}

} // namespace ringmaster::app
