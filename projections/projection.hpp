// Folds the log into the read models.
#pragma once

#include "events/envelope.hpp"
#include "store/key_value.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>

namespace ringmaster::projections {

/// How far the views have come, and over which log. Written in the same batch
/// as the rows it speaks for.
struct checkpoint {
  std::uint64_t position = 0;
  std::string chain_hash; // of the log at that position; 32 bytes
  std::string generation; // of the log
  std::uint32_t format = 0;

  friend bool operator==(const checkpoint&, const checkpoint&) = default;
};

/// Raise it when a row's layout or meaning changes: the views are then
/// rebuilt at the next start.
inline constexpr std::uint32_t views_format = 10;

/// What the views in `rows` were folded from; all zero if they are empty.
[[nodiscard]] checkpoint read_checkpoint(const store::key_value& rows);

/// The one writer of the views. Keeps the rows of calls in flight and of
/// recently touched campaigns in memory, so that folding an event seldom reads.
class projection {
public:
  /// Goes on from the checkpoint in `rows`, which must outlive it.
  explicit projection(store::key_value& rows);
  ~projection();

  /// Folds a batch of consecutive events, the first right behind the
  /// checkpoint, and writes the rows and `reached` together. Any event is
  /// accepted in any order that a log can hold; one about a campaign that was
  /// never created, or is deleted, changes nothing.
  void fold(std::span<const events::envelope> batch, const checkpoint& reached);

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace ringmaster::projections
