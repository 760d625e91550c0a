#include "http/server.hpp"

#include "http/certificate.hpp"
#include "http/gatekeeper.hpp"
#include "http/guarded.hpp"
#include "http/hub.hpp"
#include "http/peer.hpp"
#include "http/request_head.hpp"

#include <algorithm>
#include <thread>

namespace ringmaster::http {

namespace {

/// Requests under way when the server ends get this long.
constexpr std::chrono::seconds grace{2};
/// That many more connections are told that there are too many; the next are
/// closed without a word.
constexpr std::size_t refused_at_once = 64;
/// Out of descriptors, most likely: others must close first.
constexpr std::chrono::milliseconds accept_pause{50};

void admit(hub& home, tcp::socket socket) {
  failure unchanged;
  auto address = socket.remote_endpoint(unchanged).address();
  auto from = neighbourhood(address);
  auto [here, from_there] = home.count(from);
  auto most = home.options.max_connections;
  // A proxy of ours stands for all who come by it.
  auto most_there = home.proxies.trusts(address) ? most : home.options.max_connections_per_address;
  if (here >= most + refused_at_once || from_there >= most_there + refused_at_once)
    return;
  socket.set_option(tcp::no_delay{true}, unchanged);
  std::optional<problem> no;
  if (here >= most)
    no = too_many_connections();
  else if (from_there >= most_there)
    no = too_many_from_one_address();
  if (no)
    home.with.measures->turned_away.add();
  channel line{std::move(socket), home.certificate()};
  auto one = std::make_shared<peer>(home, std::move(line), address, std::move(no));
  home.enter(one, std::move(from));
  auto strand = one->executor();
  net::co_spawn(strand, peer::serve(std::move(one)), net::detached);
}

net::awaitable<void> accept_all(hub& home) {
  net::steady_timer pause{home.acceptor.get_executor()};
  while (!home.stopping) {
    failure why;
    failure rung;
    tcp::socket socket{net::make_strand(home.io)};
    co_await home.acceptor.async_accept(socket, into(why));
    if (!why && !home.stopping) {
      admit(home, std::move(socket));
    } else if (home.acceptor.is_open()) {
      pause.expires_after(accept_pause);
      co_await pause.async_wait(into(rung));
    }
  }
}

/// Serves until the end, whatever a handler of the network library throws.
void run_on(hub& home) {
  auto run = [&home] {
    home.io.run();
    return true;
  };
  while (!guarded(home.with, 0, run)) {
  }
}

/// Empty, or why not.
std::string take_certificate(hub& home) {
  const auto& with = home.options;
  if (with.tls_certificate.empty() && with.tls_key.empty())
    return "";
  if (with.tls_certificate.empty() || with.tls_key.empty())
    return "TLS takes both a certificate and its key";
  auto loaded = load_certificate(with.tls_certificate, with.tls_key);
  if (auto* why = std::get_if<std::string>(&loaded))
    return std::move(*why);
  home.use_certificate(std::get<std::shared_ptr<tls_context>>(std::move(loaded)));
  return "";
}

std::string prepare(hub& home) {
  auto proxies = trusted_proxies::parse(home.options.trusted_proxies);
  if (auto* why = std::get_if<std::string>(&proxies))
    return std::move(*why);
  home.proxies = std::get<trusted_proxies>(std::move(proxies));
  return take_certificate(home);
}

std::string listen(hub& home) {
  failure why;
  auto where = home.options.address + ":" + std::to_string(home.options.port);
  bool by_name = home.options.address == "localhost";
  auto address = net::ip::make_address(by_name ? "127.0.0.1" : home.options.address, why);
  if (why)
    return "cannot listen on " + where + ": not an IP address";
  home.loopback_only = address.is_loopback();
  if (!home.loopback_only && !has_keys(home.with))
    return "cannot listen on " + where
           + ": there is no API key, and without one only this machine is served (127.0.0.1, ::1). "
             "Make one: ringmaster keys create NAME --role admin --data DIRECTORY";
  tcp::endpoint endpoint{address, home.options.port};
  auto& acceptor = home.acceptor;
  acceptor.open(endpoint.protocol(), why);
  if (!why)
    acceptor.set_option(tcp::acceptor::reuse_address{true}, why);
  if (!why)
    acceptor.bind(endpoint, why);
  if (!why)
    acceptor.listen(tcp::acceptor::max_listen_connections, why);
  return why ? "cannot listen on " + where + ": " + why.message() : "";
}

} // namespace

struct server::state {
  std::shared_ptr<hub> home;
  std::vector<std::thread> threads;
  std::uint16_t port = 0;
};

server::server(std::unique_ptr<state> its) : state_{std::move(its)} {}

std::variant<std::unique_ptr<server>, std::string>
server::start(const server_options& options, const services& with) {
  auto its = std::make_unique<state>();
  its->home = std::make_shared<hub>(options, with);
  if (auto why = prepare(*its->home); !why.empty())
    return why;
  if (auto why = listen(*its->home); !why.empty())
    return why;
  failure unknown;
  auto& home = *its->home;
  its->port = home.acceptor.local_endpoint(unknown).port();
  net::co_spawn(home.acceptor.get_executor(), accept_all(home), net::detached);
  for (unsigned count = std::max(options.threads, 1u); count > 0; --count)
    its->threads.emplace_back([&home] { run_on(home); });
  return std::unique_ptr<server>{new server{std::move(its)}};
}

server::~server() {
  auto& home = *state_->home;
  home.stopping = true;
  net::post(home.acceptor.get_executor(), [&home] {
    failure ignored;
    home.acceptor.close(ignored);
  });
  home.empty(grace);
  home.io.stop();
  for (auto& it : state_->threads)
    it.join();
  home.pool.stop();
  home.pool.join();
  // A reply on another thread may hold the hub for a moment longer.
  auto gone = home.gone();
  state_->home.reset();
  gone.wait();
}

std::string server::reload_certificate() {
  return take_certificate(*state_->home);
}

std::uint16_t server::port() const {
  return state_->port;
}

} // namespace ringmaster::http
