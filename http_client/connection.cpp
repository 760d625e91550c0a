#include "http_client/connection.hpp"

#include "http_client/reach.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace ringmaster::http_client {

namespace {

constexpr std::uint32_t header_limit = 64 * 1024;

/// Awaits with the failure as a value: what peers do is no exception.
auto into(failure& why) {
  return net::redirect_error(net::use_awaitable, why);
}

wire::request<wire::string_body> message_of(const url& to, const request& what) {
  wire::request<wire::string_body> it;
  it.version(11);
  it.method_string(what.method);
  it.target(to.target);
  it.set(wire::field::host, to.authority());
  it.set(wire::field::user_agent, "Ringmaster");
  for (const auto& [name, value] : what.headers)
    it.insert(name, value);
  it.body() = what.body;
  it.prepare_payload();
  return it;
}

response response_of(wire::response<wire::string_body> from) {
  response it{.status = from.result_int()};
  for (const auto& field : from) {
    std::string name{field.name_string()};
    std::ranges::transform(name, name.begin(), [](unsigned char letter) {
      return static_cast<char>(std::tolower(letter));
    });
    it.headers.emplace_back(std::move(name), std::string{field.value()});
  }
  it.body = std::move(from.body());
  return it;
}

} // namespace

connection::connection(net::io_context& on, net::ssl::context& tls, bool secure)
  : resolver_{on}, socket_{on}, tls_{secure ? std::make_unique<secured>(socket_, tls) : nullptr} {}

net::awaitable<std::string> connection::open(const url& to, bool private_addresses) {
  failure why;
  auto found = co_await resolver_.async_resolve(to.host, to.port, into(why));
  if (why)
    co_return "can't find " + to.host + ": " + why.message();
  std::vector<tcp::endpoint> allowed;
  for (const auto& each : found)
    if (private_addresses || is_public(each.endpoint().address()))
      allowed.push_back(each.endpoint());
  if (allowed.empty())
    co_return to.host + " is not an address of the public Internet";
  co_await net::async_connect(socket_, allowed, into(why));
  if (why)
    co_return "can't connect to " + to.authority() + ": " + why.message();
  socket_.set_option(tcp::no_delay{true}, why);
  if (tls_)
    co_return co_await shake_hands(to.host);
  co_return "";
}

net::awaitable<std::string> connection::shake_hands(const std::string& host) {
  failure not_an_address;
  net::ip::make_address(host, not_an_address);
  if (not_an_address && SSL_set_tlsext_host_name(tls_->native_handle(), host.c_str()) != 1)
    co_return "can't name " + host + " in the TLS handshake";
  tls_->set_verify_callback(net::ssl::host_name_verification{host});
  failure why;
  co_await tls_->async_handshake(net::ssl::stream_base::client, into(why));
  if (why)
    co_return "TLS with " + host + ": " + why.message();
  co_return "";
}

net::awaitable<std::variant<response, std::string>>
connection::ask(const url& to, const request& what, std::size_t body_limit) {
  if (tls_)
    co_return co_await exchange(*tls_, to, what, body_limit);
  co_return co_await exchange(socket_, to, what, body_limit);
}

template <class Stream>
net::awaitable<std::variant<response, std::string>>
connection::exchange(Stream& over, const url& to, const request& what, std::size_t body_limit) {
  keeps_alive_ = false;
  failure why;
  auto message = message_of(to, what);
  co_await wire::async_write(over, message, into(why));
  if (why)
    co_return "while sending: " + why.message();
  for (;;) {
    wire::response_parser<wire::string_body> parser;
    parser.header_limit(header_limit);
    parser.body_limit(body_limit);
    parser.skip(what.method == "HEAD");
    // The header by itself: Beast 1.74 forgets the limit of a response whose
    // body comes in the same piece.
    co_await wire::async_read_header(over, read_, parser, into(why));
    if (!why)
      co_await wire::async_read(over, read_, parser, into(why));
    if (why)
      co_return "while waiting for the answer: " + why.message();
    if (parser.get().result_int() < 200) // 100 (Continue) and the like: the answer follows
      continue;
    keeps_alive_ = parser.keep_alive();
    co_return response_of(parser.release());
  }
}

bool connection::is_reusable() {
  if (!keeps_alive_ || read_.size() != 0)
    return false;
  failure why;
  socket_.non_blocking(true, why);
  char unasked = 0;
  socket_.receive(net::buffer(&unasked, 1), tcp::socket::message_peek, why);
  return why == net::error::would_block;
}

void connection::cut() {
  failure ignored;
  resolver_.cancel();
  socket_.close(ignored);
}

} // namespace ringmaster::http_client
