#pragma once

#include "http/gateway.hpp"

#include <optional>
#include <string>

namespace ringmaster::test {

/// What one block of an event stream says.
struct heard {
  std::string kind; // empty: nothing but a comment, or the retry time
  std::string id;
  std::string data;
  bool comment = false;

  friend bool operator==(const heard&, const heard&) = default;
};

/// A client on the live feed as Server-Sent Events. Speaks HTTP/1.0, so that the
/// body comes as it is.
class reader {
public:
  explicit reader(
    const gateway& to, const std::string& query = "", const std::string& more_headers = "");

  [[nodiscard]] const std::string& head() const { return head_; }
  /// The next block that is no comment, or nothing when the server has closed.
  std::optional<heard> next();
  /// The next block whatever it is.
  std::optional<heard> next_block();
  void leave() { socket_.close(); }

private:
  std::optional<std::string> until_empty_line(const std::string& line_end);

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  std::string unread_;
  std::string head_;
};

} // namespace ringmaster::test
