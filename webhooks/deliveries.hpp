// Tells webhooks what happens: all of them, over one reading of the log.
#pragma once

#include "http_client/client.hpp"
#include "measures/measures.hpp"
#include "projections/library.hpp"
#include "store/journal.hpp"
#include "store/outbox.hpp"
#include "webhooks/queue.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::webhooks {

/// Read from any thread.
struct delivery_measures {
  measures::counter delivered;
  measures::counter failed; // tries
  measures::counter parked;
  std::atomic<std::size_t> on_their_way = 0;
};

/// Where one webhook stands.
struct standing {
  std::uint64_t position = 0; // all up to here was taken, is owed or is parked
  std::uint64_t lag = 0;      // events of the log behind it
  std::size_t owed = 0;
  std::size_t parked = 0;
  std::optional<events::instant> next_try_at; // of what is owed
  queue::history past;
};

/// How one request that somebody tries out went.
struct trial {
  unsigned status = 0; // 0: there was no answer
  std::string error;   // empty: it was taken
};

/// All of it is done by whoever calls `step`, one thread; other functions may be
/// called from any, and wait for a step under way.
class deliveries {
public:
  struct ports {
    std::function<events::instant()> now;
    /// By the world's clock, whatever ours is: receivers refuse what is old.
    std::function<std::int64_t()> unix_seconds;
    std::function<double()> chance; // 0 to 1
    const store::journal* journal = nullptr;
    const projections::library* views = nullptr;
    store::outbox* outbox = nullptr;
    /// The secret as people were shown it.
    std::function<std::optional<std::string>(events::webhook_id)> secret;
    /// `then` is called exactly once, from any thread.
    std::function<void(http_client::request, std::function<void(http_client::result)> then)> send;
    /// It wants no more, and why we think so. Must not block, nor call back here.
    std::function<void(const projections::webhook_view&, std::string why)> disable;
    /// There may be something to do; from any thread.
    std::function<void()> stir;
  };

  explicit deliveries(ports with);

  /// Does what can be done now. When to come again, if nobody stirs before.
  std::optional<events::instant> step();

  /// Before the end: nothing that was taken is sent again after the next start.
  void finish();

  /// A webhook was made, edited or removed, and the views show it. Waits for nobody.
  void look_again();

  [[nodiscard]] std::optional<standing> stands(events::webhook_id id);
  /// Everything from this position on is sent once more. False: it is ahead of
  /// where the webhook stands, and what is between would never be sent.
  [[nodiscard]] bool replay(events::webhook_id id, std::uint64_t from);
  /// All that was parked is tried again. How many that are.
  std::size_t retry_parked(events::webhook_id id);
  /// Sends an event that is none. `then` from any thread.
  void try_out(const projections::webhook_view& to, std::function<void(trial)> then);

  [[nodiscard]] const delivery_measures& measures() const { return measures_; }
  struct totals {
    std::uint64_t most_lag = 0;
    std::size_t parked = 0;
  };
  [[nodiscard]] totals count();

private:
  struct recipient {
    projections::webhook_view what;
    std::unique_ptr<queue> line;
    std::uint64_t round = 0; // answers to requests of another are not its own
    /// It wants no more; until then the views will show that it is disabled.
    events::instant halted_until{};
  };
  struct arrival {
    events::webhook_id to;
    std::uint64_t round = 0;
    delivery what;
    http_client::result result;
  };
  using recipients = std::map<events::webhook_id, recipient>;

  void begin_log();
  void look();
  void take_arrivals(events::instant now);
  void settle(recipient& of, const arrival& it, events::instant now);
  bool read_on(events::instant now);
  void send_due(events::instant now);
  void send(recipient& to, const delivery& it);
  void save();
  [[nodiscard]] static bool is_served(const recipient& it, events::instant now);
  /// Nothing: it could not be signed.
  [[nodiscard]] std::optional<http_client::request>
  request_for(const projections::webhook_view& to, const std::string& id, std::string body) const;
  [[nodiscard]] std::optional<events::instant> next_step(events::instant now) const;
  void open_line(recipient& of, const projections::webhook_view& what);
  [[nodiscard]] recipients::iterator find(events::webhook_id id);

  ports with_;
  std::atomic<bool> look_ = true;
  std::mutex mutex_; // of all below but the arrivals
  recipients recipients_;
  bool begun_ = false;
  std::uint64_t rounds_ = 0;
  std::size_t on_their_way_ = 0;
  std::optional<events::instant> save_at_;
  std::mutex arrivals_mutex_; // the client's thread must not wait for a step
  std::vector<arrival> arrivals_;
  delivery_measures measures_;
};

} // namespace ringmaster::webhooks
