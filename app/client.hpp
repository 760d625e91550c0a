// Talks to a running Ringmaster over its public API.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace ringmaster::app {

/// The server said no, or could not be reached; `what()` is for people.
struct client_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One connection, kept open from call to call. Throws `client_error` for
/// anything but a 2xx answer.
class client {
public:
  /// `url` as in http://host:port; `key` is a secret, or empty.
  client(const std::string& url, std::string key);
  ~client();

  nlohmann::json get(const std::string& target);
  nlohmann::json post(const std::string& target, const nlohmann::json& body);
  nlohmann::json remove(const std::string& target);
  /// Streams the file; it is never held in memory.
  nlohmann::json upload(const std::string& target, const std::filesystem::path& file);

private:
  struct state;
  std::unique_ptr<state> state_;
};

/// What a person typed, as a part of a target: RFC 3986, section 2.1.
[[nodiscard]] std::string escaped(std::string_view text);

} // namespace ringmaster::app
