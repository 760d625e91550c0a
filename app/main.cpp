#include "app/client_commands.hpp"
#include "app/server.hpp"

#include <CLI/CLI.hpp>

namespace {

using ringmaster::app::configuration;

void add_serve(CLI::App& app, configuration& with, int& status) {
  auto* serve = app.add_subcommand("serve", "Run the server until SIGINT or SIGTERM");
  auto& http = with.http;
  serve->add_option("--data", with.data, "Directory of journal, vault and views")
    ->envname("RINGMASTER_DATA")
    ->capture_default_str();
  serve->add_option("--address", http.address, "Address to listen on")
    ->envname("RINGMASTER_ADDRESS")
    ->check(CLI::IsMember({"127.0.0.1", "::1", "localhost"}).description("{loopback}"))
    ->capture_default_str();
  serve->add_option("--port", http.port, "Port to listen on; 0: any free one")
    ->envname("RINGMASTER_PORT")
    ->capture_default_str();
  serve->add_option("--http-threads", http.threads, "Threads of the gateway")
    ->envname("RINGMASTER_HTTP_THREADS")
    ->check(CLI::Range(1, 64))
    ->capture_default_str();
  serve->add_option("--max-connections", http.max_connections, "Connections at once; beyond: 503")
    ->envname("RINGMASTER_MAX_CONNECTIONS")
    ->check(CLI::Range(1, 100'000))
    ->capture_default_str();
  serve
    ->add_option(
      "--time-factor",
      with.time_factor,
      "Engine seconds per real second, for watching a simulated day in a minute")
    ->envname("RINGMASTER_TIME_FACTOR")
    ->check(CLI::Range(0.01, 100'000.0))
    ->capture_default_str();
  serve
    ->add_option(
      "--reserve-megabytes", with.reserve_megabytes, "Disk left free: new work waits below it")
    ->envname("RINGMASTER_RESERVE_MEGABYTES")
    ->capture_default_str();
  serve->callback([&] { status = ringmaster::app::serve(with); });
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{"Ringmaster runs outbound calling campaigns."};
  app.require_subcommand(1);
  app.set_config("--config", "", "TOML file with the same names as the flags, by subcommand");
  app.set_version_flag("--version", "ringmaster 0.1.0");
  configuration with;
  int status = 0;
  add_serve(app, with, status);
  ringmaster::app::add_client_commands(app, status);
  CLI11_PARSE(app, argc, argv);
  return status;
}
