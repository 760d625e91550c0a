// Where each webhook stands in the log, what it is still owed of what lies behind,
// and what was given up. The events themselves stay in the log: this holds
// positions.
#pragma once

#include "events/ids.hpp"
#include "events/time.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace ringmaster::store {

/// An event that nobody took, to be sent again.
struct owed_event {
  events::campaign_id campaign;
  std::uint64_t position = 0;
  events::instant since{}; // it could have been taken

  friend bool operator==(const owed_event&, const owed_event&) = default;
};

/// An event that nobody took for too long.
struct parked_event {
  std::uint64_t position = 0;
  events::campaign_id campaign;
  events::instant parked_at{};
  std::string why; // of the last try

  friend bool operator==(const parked_event&, const parked_event&) = default;
};

/// What becomes of one webhook; written all or none.
struct outbox_changes {
  events::webhook_id webhook;
  std::optional<std::uint64_t> cursor = {}; // all up to here was taken, is owed or is parked
  std::vector<owed_event> owed = {};
  std::vector<owed_event> taken = {}; // not owed any more
  std::vector<parked_event> parked = {};
  std::vector<std::uint64_t> unparked = {};

  /// Nothing but forgetting: lost, it costs one more delivery.
  [[nodiscard]] bool only_forgets() const { return !cursor && owed.empty() && parked.empty(); }
  [[nodiscard]] bool empty() const { return only_forgets() && taken.empty() && unparked.empty(); }
};

/// Thread safe. An I/O error ends the process (`fatal`).
class outbox {
public:
  virtual ~outbox() = default;

  /// On return they are on disk, but for those that only forget.
  virtual void write(std::span<const outbox_changes> all) = 0;

  /// Nothing: it has never stood anywhere.
  [[nodiscard]] virtual std::optional<std::uint64_t> cursor(events::webhook_id of) const = 0;
  /// The campaigns of which something is owed.
  [[nodiscard]] virtual std::vector<events::campaign_id> indebted(events::webhook_id of) const = 0;
  /// By position.
  [[nodiscard]] virtual std::optional<owed_event>
  first_owed(events::webhook_id of, events::campaign_id campaign) const = 0;
  [[nodiscard]] virtual std::size_t count_owed(events::webhook_id of) const = 0;
  /// By position, those behind `after`.
  [[nodiscard]] virtual std::vector<parked_event>
  parked(events::webhook_id of, std::uint64_t after, std::size_t most) const = 0;
  [[nodiscard]] virtual std::size_t count_parked(events::webhook_id of) const = 0;

  /// All of a webhook that is no more.
  virtual void forget(events::webhook_id of) = 0;

  /// Of the log that the positions are in; empty: never said.
  [[nodiscard]] virtual std::string generation() const = 0;
  virtual void set_generation(const std::string& it) = 0;
};

/// A text says why not.
[[nodiscard]] std::variant<std::unique_ptr<outbox>, std::string>
open_outbox(const std::filesystem::path& directory);

} // namespace ringmaster::store
