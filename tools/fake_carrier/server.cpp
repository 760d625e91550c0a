#include "tools/fake_carrier/server.hpp"

#include <boost/beast.hpp>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

namespace ringmaster::fake_carrier {

namespace {

namespace beast = boost::beast;
namespace wire = boost::beast::http;
using net::ip::tcp;

constexpr std::size_t most_body_bytes = 64U << 10;
constexpr std::chrono::seconds idle_timeout{30};
constexpr auto awaitable = net::use_awaitable;

web_request read_request(const wire::request<wire::string_body>& from) {
  auto target = from.target().to_string();
  auto mark = std::min(target.find('?'), target.size());
  return {
    .method = from.method_string().to_string(),
    .path = target.substr(0, mark),
    .query = target.substr(std::min(mark + 1, target.size())),
    .authorization = from[wire::field::authorization].to_string(),
    .body = from.body()};
}

/// What `handle` says, whenever it does.
net::awaitable<std::optional<web_reply>> asked(const on_request& handle, web_request what) {
  auto here = co_await net::this_coro::executor;
  net::steady_timer answered{here, std::chrono::steady_clock::time_point::max()};
  auto said = std::make_shared<std::optional<std::optional<web_reply>>>();
  handle(what, [said, &answered](std::optional<web_reply> it) {
    *said = std::move(it);
    answered.cancel();
  });
  boost::system::error_code woken;
  while (!*said)
    co_await answered.async_wait(net::redirect_error(awaitable, woken));
  co_return **said;
}

net::awaitable<void> talk(tcp::socket socket, const on_request& handle) {
  beast::tcp_stream stream{std::move(socket)};
  beast::flat_buffer buffer;
  for (bool alive = true; alive;) {
    wire::request_parser<wire::string_body> parser;
    parser.body_limit(most_body_bytes);
    stream.expires_after(idle_timeout);
    co_await wire::async_read(stream, buffer, parser, awaitable);
    stream.expires_never();
    auto request = parser.release();
    auto said = co_await asked(handle, read_request(request));
    if (!said)
      co_return; // and the connection with it
    wire::response<wire::string_body> answer{
      static_cast<wire::status>(said->status), request.version()};
    for (const auto& [name, value] : said->headers)
      answer.set(name, value);
    answer.body() = std::move(said->body);
    answer.keep_alive(request.keep_alive());
    answer.prepare_payload();
    stream.expires_after(idle_timeout);
    co_await wire::async_write(stream, answer, awaitable);
    alive = answer.keep_alive();
  }
}

} // namespace

net::awaitable<void> serve(tcp::acceptor& at, on_request handle) {
  for (;;) {
    auto socket = co_await at.async_accept(awaitable);
    // Whoever breaks off is gone; that is all there is to say about it.
    net::co_spawn(at.get_executor(), talk(std::move(socket), handle), net::detached);
  }
}

} // namespace ringmaster::fake_carrier
