#include "app/doctor.hpp"

#include "app/defaults_file.hpp"
#include "app/providers.hpp"
#include "app/start_checks.hpp"
#include "domain/schedule.hpp"
#include "events/codec.hpp"
#include "http/certificate.hpp"
#include "http/cross_origin.hpp"
#include "http/trusted_proxies.hpp"
#include "projections/library.hpp"
#include "store/log_reader.hpp"
#include "store/secrets.hpp"
#include "store/signing.hpp"
#include "store/views.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace ringmaster::app {

namespace {

/// A certificate that ends sooner deserves a word.
constexpr std::chrono::days short_notice{14};
/// Beside connections: the stores' files, the log, the carrier's ledgers.
constexpr std::uint64_t own_descriptors = 600;

/// One line for each finding, and whether any of them stands in the way.
class findings {
public:
  void good(const std::string& what) { std::printf("ok    %s\n", what.c_str()); }
  void doubtful(const std::string& what) { std::printf("warn  %s\n", what.c_str()); }
  void bad(const std::string& what) {
    std::printf("FAIL  %s\n", what.c_str());
    failed_ = true;
  }
  [[nodiscard]] bool failed() const { return failed_; }

private:
  bool failed_ = false;
};

void look_at_data(const configuration& with, findings& of) {
  std::error_code why;
  auto there = std::filesystem::status(with.data, why);
  auto where = "data directory " + with.data.string();
  if (!std::filesystem::exists(there)) {
    auto parent = std::filesystem::absolute(with.data).parent_path();
    while (!std::filesystem::exists(parent, why))
      parent = parent.parent_path();
    if (access(parent.c_str(), W_OK | X_OK) == 0)
      of.good(where + " is not there yet and will be made");
    else
      of.bad(where + " cannot be made: " + parent.string() + " is not writable");
    return;
  }
  if (!std::filesystem::is_directory(there))
    return of.bad(where + " is no directory");
  if (access(with.data.c_str(), R_OK | W_OK | X_OK) != 0)
    return of.bad(where + " is not writable for this user");
  using std::filesystem::perms;
  bool open = (there.permissions() & (perms::group_all | perms::others_all)) != perms::none;
  if (open)
    of.doubtful(where + " is open to other users; `serve` closes it");
  else
    of.good(where + " is ours alone");
}

void look_at_disk(const configuration& with, findings& of) {
  std::error_code why;
  auto space = std::filesystem::space(with.data, why);
  if (why)
    return;
  auto free_megabytes = space.available >> 20U;
  auto text = std::to_string(free_megabytes) + " MB free, of which "
              + std::to_string(with.reserve_megabytes) + " are kept in reserve";
  if (free_megabytes < with.reserve_megabytes)
    of.bad("disk: " + text + ": nothing new would be dialled");
  else if (free_megabytes < 4 * with.reserve_megabytes)
    of.doubtful("disk: " + text);
  else
    of.good("disk: " + text);
}

void look_at_log(const configuration& with, findings& of) {
  if (!std::filesystem::exists(with.data / "journal"))
    return of.good("log: none yet");
  auto opened = store::log_reader::open(with.data / "journal");
  if (auto* why = std::get_if<std::string>(&opened))
    return of.bad("log: " + *why);
  const auto& log = *std::get<std::unique_ptr<store::log_reader>>(opened);
  if (const auto& lost = log.lost_end())
    return of.bad("log: position " + std::to_string(lost->position) + ' ' + lost->detail);
  events::instant last{};
  auto damage =
    log.read(std::max<std::uint64_t>(log.last_position(), 1), [&](events::envelope&& it) {
      last = it.recorded_at;
      return true;
    });
  if (damage)
    return of.bad("log: position " + std::to_string(damage->position) + ' ' + damage->detail);
  of.good(
    "log: " + std::to_string(log.last_position()) + " events, the last of "
    + events::to_rfc3339(last));
  auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  if (with.time_factor == 1.0 && last > now + std::chrono::seconds{5})
    of.bad("clock: this machine's is behind the log's last event");
}

/// Null: there are none, or they can't be read.
std::unique_ptr<const store::key_value> views_of(const configuration& with) {
  if (!std::filesystem::exists(with.data / "views"))
    return nullptr;
  auto opened = store::open_views_read_only(with.data / "views");
  auto* views = std::get_if<std::unique_ptr<const store::key_value>>(&opened);
  return views ? std::move(*views) : nullptr;
}

bool has_keys(const configuration& with) {
  auto views = views_of(with);
  return views && !projections::library{*views}.look().api_keys(std::nullopt, 1).items.empty();
}

void look_at_campaigns(const configuration& with, findings& of) {
  auto views = views_of(with);
  if (auto why = views ? trouble_with_campaigns(*views, with) : std::nullopt)
    of.bad(*why);
}

void look_at_port(const configuration& with, const http::net::ip::address& address, findings& of) {
  http::failure why;
  http::net::io_context io;
  http::tcp::acceptor acceptor{io};
  http::tcp::endpoint endpoint{address, with.http.port};
  auto where = with.http.address + ":" + std::to_string(with.http.port);
  acceptor.open(endpoint.protocol(), why);
  if (!why)
    acceptor.set_option(http::tcp::acceptor::reuse_address{true}, why);
  if (!why)
    acceptor.bind(endpoint, why);
  if (!why)
    acceptor.listen(1, why);
  if (why == http::net::error::address_in_use)
    of.doubtful("address " + where + " is in use; by the server itself, perhaps");
  else if (why)
    of.bad("address " + where + ": " + why.message());
  else
    of.good("address " + where + " is free");
}

void look_at_address(const configuration& with, findings& of) {
  http::failure why;
  auto text = with.http.address == "localhost" ? "127.0.0.1" : with.http.address;
  auto address = http::net::ip::make_address(text, why);
  if (why)
    return of.bad("address " + with.http.address + " is no IP address");
  bool keys = has_keys(with);
  if (keys)
    of.good("keys: there are some");
  else if (address.is_loopback())
    of.doubtful("keys: none, so everybody at this machine may do everything");
  else
    of.bad(
      "keys: none, and without one nothing but loopback is served; make one with "
      "`ringmaster keys create NAME --role admin --data "
      + with.data.string() + "`");
  bool guarded = !with.http.tls_certificate.empty() || !with.http.trusted_proxies.empty();
  if (!address.is_loopback() && !guarded)
    of.doubtful(
      "TLS: none, and no trusted proxy: keys and contacts go over the network in the clear");
  look_at_port(with, address, of);
}

void look_at_certificate(const configuration& with, findings& of) {
  const auto& http = with.http;
  if (http.tls_certificate.empty() && http.tls_key.empty())
    return;
  auto loaded = http::load_certificate(http.tls_certificate, http.tls_key);
  if (auto* why = std::get_if<std::string>(&loaded))
    return of.bad(*why);
  auto end = http::end_of_certificate(*std::get<std::shared_ptr<http::tls_context>>(loaded));
  auto now = std::chrono::system_clock::now();
  auto text = "TLS: the certificate is valid until "
              + events::to_rfc3339(std::chrono::floor<std::chrono::microseconds>(end));
  if (end < now)
    of.bad(text + ", which has passed");
  else if (end < now + short_notice)
    of.doubtful(text);
  else
    of.good(text);
}

void look_at_proxies(const configuration& with, findings& of) {
  auto parsed = http::trusted_proxies::parse(with.http.trusted_proxies);
  if (auto* why = std::get_if<std::string>(&parsed))
    of.bad(*why);
}

void look_at_origins(const configuration& with, findings& of) {
  for (const auto& it : with.http.allowed_origins)
    if (!http::is_origin(it))
      of.bad("allowed origin " + it + " is none: no page comes from it (https://example.org)");
}

void look_at_defaults(const configuration& with, findings& of) {
  auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  auto read = load_campaign_defaults(with.campaign_defaults, now);
  if (auto* why = std::get_if<std::string>(&read))
    of.bad("campaign defaults " + *why);
  else if (!with.campaign_defaults.empty())
    of.good("campaign defaults " + with.campaign_defaults.string());
}

/// That whoever is not us can't read it; it may not be there yet.
void look_at_private_file(
  const std::string& what, const std::filesystem::path& file, findings& of) {
  std::error_code why;
  auto there = std::filesystem::status(file, why);
  auto text = what + ' ' + file.string();
  using std::filesystem::perms;
  if (!std::filesystem::exists(there))
    of.good(text + " is not there yet and will be made");
  else if ((there.permissions() & (perms::group_all | perms::others_all)) != perms::none)
    of.doubtful(text + " is open to other users");
  else
    of.good(text);
}

void look_at_signing_key(const configuration& with, findings& of) {
  auto file = with.signing_key_file();
  std::error_code why;
  auto key = store::read_public_key(file);
  if (std::filesystem::exists(file, why) && key.public_key.empty())
    return of.bad("signing key: " + key.trouble);
  look_at_private_file("signing key", file, of);
}

void look_at_public_url(const configuration& with, findings& of) {
  if (auto trouble = trouble_with_public_url(with))
    return of.bad(*trouble);
  if (with.public_base_url.empty())
    return;
  auto text = "carriers reach us at " + with.public_base_url;
  if (with.public_base_url.starts_with("https://"))
    of.good(text);
  else
    of.doubtful(text + ": in the clear, as only a fake carrier may");
}

void look_at_secrets(const configuration& with, findings& of) {
  auto file = with.secrets_key_file();
  if (auto trouble = store::trouble_with_secrets(with.secrets_directory(), file))
    return of.bad("secrets: " + *trouble);
  look_at_private_file("secrets key", file, of);
}

void look_at_machine(const configuration& with, findings& of) {
  if (domain::known_timezone("America/New_York"))
    of.good("time zones are there");
  else
    of.bad("time zones: the system has none (tzdata); no schedule could be read");
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);
  auto needed = with.http.max_connections + own_descriptors;
  auto text = "open files: " + std::to_string(files.rlim_cur) + " may be, " + std::to_string(needed)
              + " can be needed";
  if (files.rlim_cur < needed)
    of.doubtful(text + "; raise it (ulimit -n, LimitNOFILE) or lower max-connections");
  else
    of.good(text);
}

} // namespace

int examine(const configuration& with) {
  findings of;
  look_at_data(with, of);
  look_at_disk(with, of);
  look_at_log(with, of);
  look_at_signing_key(with, of);
  look_at_secrets(with, of);
  look_at_public_url(with, of);
  look_at_campaigns(with, of);
  look_at_address(with, of);
  look_at_certificate(with, of);
  look_at_proxies(with, of);
  look_at_origins(with, of);
  look_at_defaults(with, of);
  look_at_machine(with, of);
  std::fflush(stdout);
  return of.failed() ? 1 : 0;
}

} // namespace ringmaster::app
