#include "app/client_commands.hpp"
#include "app/data_commands.hpp"
#include "app/doctor.hpp"
#include "app/server.hpp"

#include <CLI/CLI.hpp>

#include <cctype>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

namespace {

using ringmaster::app::configuration;

/// `--http-threads` is `RINGMASTER_HTTP_THREADS`.
std::string environment_name(std::string flag) {
  for (auto& it : flag)
    it = it == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(it)));
  return "RINGMASTER_" + flag;
}

/// The configuration file, behind the environment: CLI11 has it the other way
/// round, and then nothing but a flag could change what a file says.
/// `doctor` reads what is written for `serve`.
class file_behind_environment : public CLI::ConfigTOML {
public:
  explicit file_behind_environment(const CLI::App& doctor) : doctor_{doctor} {}

  [[nodiscard]] std::vector<CLI::ConfigItem> from_config(std::istream& file) const override {
    auto found = CLI::ConfigTOML::from_config(file);
    std::erase_if(found, [](const CLI::ConfigItem& it) {
      return std::getenv(environment_name(it.name).c_str()) != nullptr;
    });
    for (auto& it : found)
      if (doctor_.parsed() && !it.parents.empty() && it.parents.front() == "serve")
        it.parents.front() = doctor_.get_name();
    return found;
  }

private:
  const CLI::App& doctor_;
};

/// A flag, and a variable of the environment, and a name in the file.
template <class Value>
CLI::Option*
add_setting(CLI::App& to, const std::string& name, Value& value, const std::string& what) {
  return to.add_option("--" + name, value, what)
    ->envname(environment_name(name))
    ->capture_default_str();
}

void add_seconds(
  CLI::App& to, const std::string& name, std::chrono::seconds& value, const std::string& what) {
  to.add_option_function<unsigned>(
      "--" + name, [&](unsigned count) { value = std::chrono::seconds{count}; }, what)
    ->envname(environment_name(name))
    ->default_str(std::to_string(value.count()))
    ->check(CLI::Range(1, 3'600));
}

/// What a stranger can make large, many or slow.
void add_limits(CLI::App& serve, ringmaster::http::server_options& http) {
  const CLI::Range some{1, 1'000'000'000};
  add_setting(
    serve,
    "max-connections-per-address",
    http.max_connections_per_address,
    "Connections at once from one address; beyond: 429")
    ->check(some);
  add_setting(serve, "max-live-feeds", http.max_live_feeds, "Live feeds at once; beyond: 503")
    ->check(some);
  add_setting(
    serve,
    "max-requests-per-second",
    http.max_requests_per_second,
    "Requests of one API key, twice as many after a pause; beyond: 429")
    ->check(some);
  add_setting(
    serve, "max-header-bytes", http.max_header_bytes, "Length of a request's head; beyond: 431")
    ->check(some);
  add_setting(
    serve,
    "max-body-bytes",
    http.max_body_bytes,
    "Length of a body but a contact list's; beyond: 413")
    ->check(some);
  add_setting(
    serve,
    "max-json-depth",
    http.max_json_depth,
    "Levels that the JSON of a body may be nested; beyond: 400")
    ->check(CLI::Range(4, 1'000));
  add_setting(
    serve, "max-upload-bytes", http.max_upload_bytes, "Length of a contact list; beyond: 413")
    ->check(CLI::PositiveNumber);
  add_seconds(
    serve, "idle-timeout-seconds", http.idle_timeout, "Between requests, and to take an answer");
  add_seconds(serve, "header-timeout-seconds", http.header_timeout, "For a request's head");
  add_seconds(serve, "body-timeout-seconds", http.body_timeout, "That a body may pause");
  add_seconds(
    serve,
    "max-wait-seconds",
    http.longest_wait,
    "That a query with wait_for waits for the views; beyond: 503");
}

/// Who may reach us, and by what way.
void add_ways_in(CLI::App& serve, ringmaster::http::server_options& http) {
  add_setting(
    serve,
    "tls-certificate",
    http.tls_certificate,
    "PEM file of the certificate and its chain; read anew on SIGHUP; empty: no TLS");
  add_setting(serve, "tls-key", http.tls_key, "PEM file of its private key");
  add_setting(
    serve,
    "trusted-proxies",
    http.trusted_proxies,
    "Addresses or networks, with commas, whose X-Forwarded-For and -Proto are believed")
    ->delimiter(',');
  add_setting(
    serve,
    "allowed-origins",
    http.allowed_origins,
    "Origins, with commas, whose web pages may ask (CORS), as in https://example.org")
    ->delimiter(',');
}

void add_settings(CLI::App& serve, configuration& with) {
  auto& http = with.http;
  add_setting(serve, "data", with.data, "Directory of journal, vault and views");
  add_setting(
    serve,
    "signing-key",
    with.signing_key,
    "Private key that signs the log's heads; made if missing; empty: in the data directory");
  add_setting(
    serve,
    "secrets-key",
    with.secrets_key,
    "Key that seals the secrets of trunks and webhooks; made if missing; empty: in the data "
    "directory");
  add_setting(
    serve,
    "public-base-url",
    with.public_base_url,
    "Where carriers reach this server, as in https://calls.example.org; empty: nowhere");
  add_setting(
    serve,
    "carriers-allow-private-addresses",
    with.carriers_allow_private_addresses,
    "Whether carriers and voice agents may be asked at loopback and private addresses");
  add_setting(
    serve,
    "results-accepted-hours",
    with.results_accepted_hours,
    "How long after a call its result is taken; an opt-out always is")
    ->check(CLI::Range(1, 8'760));
  add_setting(
    serve,
    "campaign-defaults",
    with.campaign_defaults,
    "JSON file with the concurrency, schedule, retry_config and circuit_breaker of campaigns that "
    "do not say")
    ->check(CLI::ExistingFile);
  add_setting(
    serve, "address", http.address, "Address to listen on; others than loopback need an API key");
  add_setting(serve, "port", http.port, "Port to listen on; 0: any free one");
  add_setting(serve, "http-threads", http.threads, "Threads of the gateway")
    ->check(CLI::Range(1, 64));
  add_setting(serve, "max-connections", http.max_connections, "Connections at once; beyond: 503")
    ->check(CLI::Range(1, 100'000));
  add_ways_in(serve, http);
  add_limits(serve, http);
  add_setting(
    serve,
    "webhooks-allow-private-addresses",
    with.webhooks_allow_private_addresses,
    "Whether webhooks and pre-dial hooks may lead to loopback and private addresses");
  add_setting(
    serve,
    "time-factor",
    with.time_factor,
    "Engine seconds per real second, for watching a simulated day in a minute")
    ->check(CLI::Range(0.01, 100'000.0));
  add_setting(
    serve, "reserve-megabytes", with.reserve_megabytes, "Disk left free: new work waits below it");
  add_setting(serve, "log-format", with.log.format, "Of the server's own log: text or json")
    ->check(CLI::IsMember({"text", "json"}));
  add_setting(serve, "log-level", with.log.level, "What is logged: debug, info, warning or error")
    ->check(CLI::IsMember({"debug", "info", "warning", "error"}));
}

void add_serve(CLI::App& app, configuration& with, int& status) {
  auto& serve = *app.add_subcommand("serve", "Run the server until SIGINT or SIGTERM");
  add_settings(serve, with);
  serve.callback([&] { status = ringmaster::app::serve(with); });
}

CLI::App& add_doctor(CLI::App& app, configuration& with, int& status) {
  auto& doctor =
    *app.add_subcommand("doctor", "Check what `serve` would be run with, and change nothing");
  add_settings(doctor, with);
  doctor.callback([&] { status = ringmaster::app::examine(with); });
  return doctor;
}

} // namespace

int main(int argc, char** argv) {
  ringmaster::app::log_to_stderr();
  CLI::App app{"Ringmaster runs outbound calling campaigns."};
  app.require_subcommand(1);
  app.set_config("--config", "", "TOML file with the same names as the flags, by subcommand");
  app.allow_config_extras(CLI::config_extras_mode::error);
  app.set_version_flag("--version", "ringmaster 0.1.0");
  configuration with;
  int status = 0;
  add_serve(app, with, status);
  configuration examined;
  const auto& doctor = add_doctor(app, examined, status);
  app.config_formatter(std::make_shared<file_behind_environment>(doctor));
  ringmaster::app::add_client_commands(app, status);
  ringmaster::app::add_data_commands(app, status);
  CLI11_PARSE(app, argc, argv);
  return status;
}
