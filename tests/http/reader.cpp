#include "http/reader.hpp"

#include <boost/asio.hpp>

#include <sstream>

namespace ringmaster::test {

namespace net = boost::asio;

reader::reader(const gateway& to, const std::string& query, const std::string& more_headers) {
  socket_.connect({net::ip::make_address("127.0.0.1"), to.port()});
  auto ask = "GET /v1/campaigns/" + events::to_string(watched) + "/live" + query
             + " HTTP/1.0\r\nHost: localhost\r\nAccept: text/event-stream\r\n" + more_headers
             + "\r\n";
  net::write(socket_, net::buffer(ask));
  head_ = until_empty_line("\r\n").value_or("");
}

std::optional<std::string> reader::until_empty_line(const std::string& line_end) {
  boost::system::error_code why;
  auto bytes = net::read_until(socket_, net::dynamic_buffer(unread_), line_end + line_end, why);
  if (why)
    return std::nullopt;
  auto block = unread_.substr(0, bytes - line_end.size());
  unread_.erase(0, bytes);
  return block;
}

std::optional<heard> reader::next_block() {
  auto block = until_empty_line("\n");
  if (!block)
    return std::nullopt;
  heard what;
  std::istringstream lines{*block};
  for (std::string line; std::getline(lines, line);) {
    auto colon = line.find(": ");
    auto field = line.substr(0, colon);
    auto value = line.substr(colon + 2);
    what.comment |= field.empty();
    if (field == "event")
      what.kind = value;
    else if (field == "id")
      what.id = value;
    else if (field == "data")
      what.data = value;
  }
  return what;
}

std::optional<heard> reader::next() {
  auto what = next_block();
  while (what && what->kind.empty())
    what = next_block();
  return what;
}

} // namespace ringmaster::test
