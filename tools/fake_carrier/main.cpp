#include "http_client/client.hpp"
#include "telephony/real_timer.hpp"
#include "tools/fake_carrier/server.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace {

using namespace ringmaster;
namespace net = boost::asio;
using net::ip::tcp;

struct command {
  fake_carrier::options carrier;
  std::string settings = "{}";
  std::string address = "127.0.0.1";
  std::uint16_t port = 8090;
  double time_factor = 1;
  bool private_addresses = false;
};

constexpr auto about =
  R"(A telephone carrier that calls nobody. It speaks Twilio's REST API: calls are
placed, looked up, listed and ended, and it calls back, signed, as they ring,
are answered and end. What becomes of a call is up to --settings and a seed, or
to the contact: a column `simulate` of "busy, completed" makes its first call
meet a busy line and its second one be answered.

To ring your first phone that is none:

  build/fake-carrier --private-addresses --ledger calls.ledger
  build/ringmaster serve --public-base-url http://127.0.0.1:8080 \
    --carriers-allow-private-addresses true

and give the server the trunk that fake-carrier prints. It asks for
"machine_detection", without which a carrier tells nobody that it was a machine
that answered: "simulate" of "voicemail" would end as completed. --ledger keeps a
line for each call that was really placed, so that a test can tell that nobody was
called twice, and one for whether whoever asked for it was told ("answered",
"lost").)";

void add_options(CLI::App& app, command& of) {
  auto& carrier = of.carrier;
  app.add_option("--address", of.address, "Address to listen on")->capture_default_str();
  app.add_option("--port", of.port, "Port to listen on; 0: any free one")->capture_default_str();
  app.add_option("--account", carrier.account, "The account")->capture_default_str();
  app.add_option("--auth-token", carrier.auth_token, "Its token, which callbacks are signed with")
    ->capture_default_str();
  app
    .add_option(
      "--settings",
      of.settings,
      "JSON: seed, mix, ring_ms, talk_ms, duplicate_rate, lost_answer_rate (placed, and the "
      "connection closed), not_now_rate (429) … as of a simulated trunk (docs/telephony.md)")
    ->capture_default_str();
  app.add_option("--ledger", carrier.ledger, "File with a line per call; read again at the start");
  app.add_option("--time-factor", of.time_factor, "Its seconds per real second")
    ->check(CLI::Range(0.01, 100'000.0));
  app.add_option("--calls-per-second", carrier.calls_per_second, "Beyond: queued; 0: no limit");
  app
    .add_option(
      "--server-errors",
      carrier.server_error_rate,
      "Share answered with 503, every other one after the call was placed")
    ->check(CLI::Range(0.0, 1.0));
  app.add_option("--crashes", carrier.crash_rate, "Share that ends the process, likewise")
    ->check(CLI::Range(0.0, 1.0));
  app.add_option("--answer-delay-ms", carrier.answer_delay_ms, "An answer takes up to so long");
  app.add_option("--list-lag-seconds", carrier.list_lag_seconds, "Until a call is in the listing");
  app.add_flag(
    "--private-addresses", of.private_addresses, "May call back loopback and private addresses");
}

void print_trunk(const command& of, std::uint16_t port) {
  nlohmann::ordered_json trunk{
    {"name", "fake carrier"},
    {"provider", "twilio"},
    {"settings",
     {{"account", of.carrier.account},
      {"base_url", "http://" + of.address + ':' + std::to_string(port)},
      {"machine_detection", "detect"}}},
    {"secrets", {{"auth_token", of.carrier.auth_token}}},
    {"caller_ids", {"+14155550199"}},
    {"channels", 20}};
  std::printf(
    "serving on http://%s:%u\nThe trunk, for POST /v1/trunks:\n%s\n",
    of.address.c_str(),
    port,
    trunk.dump().c_str());
  std::fflush(stdout);
}

/// Engine time, as the server has it: that of the machine at the start, and faster.
telephony::clock clock_of(double factor) {
  auto began = std::chrono::steady_clock::now();
  auto first = std::chrono::floor<events::duration>(std::chrono::system_clock::now());
  return [=] {
    auto passed = std::chrono::steady_clock::now() - began;
    return first + std::chrono::duration_cast<events::duration>(passed * factor);
  };
}

void run(const command& of) {
  net::io_context on;
  http_client::client asking{{.private_addresses = of.private_addresses, .idle_connections = 64}};
  telephony::real_timer timer{of.time_factor};
  auto lane = std::make_shared<telephony::request_lane>(
    [&](http_client::request what, std::function<void(http_client::result)> then) {
      asking.send(std::move(what), std::move(then));
    });
  fake_carrier::carrier carrier{
    of.carrier,
    [&](http_client::request what, std::function<void(http_client::result)> then) {
      lane->ask(std::move(what), [&on, then = std::move(then)](http_client::result it) {
        net::post(on, [then, it = std::move(it)] { then(it); });
      });
    },
    clock_of(of.time_factor),
    [&](events::duration delay, std::function<void()> what) {
      timer.after(delay, [&on, what = std::move(what)] { net::post(on, what); });
    }};
  tcp::acceptor at{on, {net::ip::make_address(of.address), of.port}};
  net::signal_set stops{on, SIGINT, SIGTERM};
  stops.async_wait([&](const boost::system::error_code&, int) { on.stop(); });
  net::co_spawn(
    on,
    fake_carrier::serve(
      at,
      [&](const fake_carrier::web_request& what, const fake_carrier::on_reply& reply) {
        carrier.handle(what, reply);
      }),
    net::detached);
  print_trunk(of, at.local_endpoint().port());
  on.run();
}

} // namespace

int main(int argc, char** argv) {
  CLI::App app{about};
  command of;
  add_options(app, of);
  CLI11_PARSE(app, argc, argv);
  auto fates = telephony::parse_simulated_settings(of.settings);
  if (const auto* why = std::get_if<std::string>(&fates)) {
    std::fprintf(stderr, "fake-carrier: %s\n", why->c_str());
    return 1;
  }
  of.carrier.fates = std::get<telephony::simulated_settings>(std::move(fates));
  try {
    run(of);
  } catch (const std::exception& why) {
    std::fprintf(stderr, "fake-carrier: %s\n", why.what());
    return 1;
  }
}
