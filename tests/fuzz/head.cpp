// A request's head, from its first byte to who asks and by way of which proxies.
#include "fuzz/promise.hpp"
#include "http/request_head.hpp"
#include "http/trusted_proxies.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>

using namespace ringmaster;

namespace {

bool is_refusal(const http::problem& it) {
  return it.status >= 400 && it.status < 506 && it.status != 500;
}

/// Somebody is told apart, whatever they say of themselves.
void look_at_way(const http::incoming& request) {
  static const auto proxies =
    std::get<http::trusted_proxies>(http::trusted_proxies::parse({"10.0.0.0/8", "::1"}));
  static const auto peer = http::net::ip::make_address("10.0.0.1");
  auto way = request.headers.find("x-forwarded-for");
  if (way == request.headers.end())
    return;
  auto client = proxies.client_of(way->second, peer);
  test::promise(client == peer || !client.to_string().empty(), "who asks has an address");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  http::failure why;
  http::wire::request_parser<http::wire::empty_body> parser;
  parser.header_limit(16 * 1024);
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  parser.put(http::net::buffer(data, size), why);
  if (why && why != http::wire::error::need_more) {
    auto told = http::explain(why);
    test::promise(!told || is_refusal(*told), "what is no request is the client's fault");
    return 0;
  }
  if (!parser.is_header_done())
    return 0;
  auto read = http::read_head(parser.get(), 1);
  if (const auto* no = std::get_if<http::problem>(&read)) {
    test::promise(is_refusal(*no), "what cannot be read is the client's fault");
    return 0;
  }
  const auto& request = std::get<http::incoming>(read);
  test::promise(request.path.starts_with('/'), "a path begins at the root");
  test::promise(request.method != "HEAD", "a HEAD is a GET");
  if (auto no = http::faulty_upgrade(parser.get()))
    test::promise(is_refusal(*no), "a faulty upgrade is the client's fault");
  look_at_way(request);
  return 0;
}
