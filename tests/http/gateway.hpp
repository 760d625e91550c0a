// The server on a free port, with routes that a test makes up as it goes.
#pragma once

#include "http/routes.hpp"
#include "http/server.hpp"
#include "store/key_value.hpp"
#include "support/memory_key_value.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <atomic>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::test {

using options_patch = std::function<void(http::server_options&)>;

/// Views that several threads look at.
class shared_rows : public store::key_value {
public:
  [[nodiscard]] std::unique_ptr<snapshot> look() const override;
  void write(const store::key_value_batch& batch) override;
  void clear() override;

private:
  mutable std::mutex mutex_;
  memory_key_value rows_;
};

/// What became of one upload.
struct upload_story {
  std::string written;
  std::size_t beyond_reading_after = static_cast<std::size_t>(-1); // bytes
  std::shared_future<void> gate;                                   // `write` waits for it, if set
  std::function<void()> on_write;                                  // if set
  std::function<void()> on_finish;                                 // if set
  std::optional<events::request_mark> mark;                        // it was finished with
  std::promise<void> begun;
  std::promise<void> dropped;
  std::atomic<bool> finished = false;
};

[[nodiscard]] std::unique_ptr<http::upload> begin(std::shared_ptr<upload_story> story);

inline constexpr events::campaign_id watched{7};

class gateway {
public:
  gateway();
  ~gateway();
  gateway(const gateway&) = delete;

  void open(const options_patch& patch = {});
  void close() { server_.reset(); }
  [[nodiscard]] std::uint16_t port() const { return server_->port(); }

  // What the routes do.
  http::handler handle;
  std::function<std::variant<http::upload::options, http::problem>(const http::incoming&)>
    accept_upload;
  std::function<std::variant<http::live_request, http::problem>(const http::incoming&)> accept_live;

  // The engine.
  std::shared_ptr<upload_story> story = std::make_shared<upload_story>();
  /// The campaign as of `position`; the views are written first, as the engine does.
  void progress(std::uint64_t position);
  void happen(std::uint64_t count);           // that many events, and nobody is told
  void happen_elsewhere(std::uint64_t count); // to other campaigns
  void stir();
  void remove_campaign();
  /// Gives the key's secret.
  std::string make_key(std::uint64_t id, const std::string& name, events::key_role role);
  void revoke_key(std::uint64_t id);
  void later(events::duration by) { now_ = now_.load() + by; }
  void lose_answers();
  /// The log has a command that came as this request.
  void carried_out(const events::request_mark& mark);
  [[nodiscard]] std::size_t pulls();
  [[nodiscard]] std::vector<std::string> logged();
  std::size_t event_bytes = 0;                        // how long each is on the wire, at least
  std::function<void(const std::string&)> on_message; // of the feed, before it is sent; if set

  http::services with;

private:
  http::event_page page(std::uint64_t after, std::size_t most);

  shared_rows rows_;
  projections::library views_{rows_};
  std::atomic<std::uint64_t> last_id_ = 0;
  std::atomic<events::instant> now_{events::instant{std::chrono::hours{1'000}}};
  std::mutex mutex_;
  std::function<void()> stir_;
  std::vector<std::optional<events::envelope>> log_;
  std::size_t pulls_ = 0;
  std::vector<std::string> logged_;
  struct kept {
    events::instant at;
    http::given_answer what;
  };
  std::map<std::string, kept> answers_;
  std::unique_ptr<http::server> server_; // last: it goes first
};

struct answered {
  unsigned status = 0;
  std::map<std::string, std::string> headers; // names in lower case
  std::string body;
};

/// A client that sends what it is told to, byte for byte.
class client {
public:
  explicit client(const gateway& to);

  /// False: the server has closed.
  bool send(std::string_view bytes);
  answered receive(bool head_only = false);
  answered ask(std::string_view head_and_body);
  /// What comes until the server closes.
  std::string rest();
  void leave() { socket_.close(); }

private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_{io_};
  boost::beast::flat_buffer buffer_;
};

/// A client on the live feed.
class listener {
public:
  using headers = std::vector<std::pair<std::string, std::string>>;
  explicit listener(const gateway& to, const std::string& query = "", const headers& more = {});

  /// The next message, or nothing when the server has closed.
  std::optional<std::string> next();
  void say(const std::string& text);
  void ping();
  [[nodiscard]] bool ponged() const { return ponged_; }            // as seen by `next`
  [[nodiscard]] std::string protocol() const { return protocol_; } // that was agreed on
  [[nodiscard]] unsigned close_code() const { return socket_.reason().code; }

private:
  boost::asio::io_context io_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> socket_{io_};
  bool ponged_ = false;
  std::string protocol_;
};

/// `GET {target}` as a client would send it.
std::string get(const std::string& target, const std::string& more_headers = "");

} // namespace ringmaster::test
