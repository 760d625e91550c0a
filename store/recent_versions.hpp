#pragma once

#include "events/envelope.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

namespace ringmaster::store {

/// Versions of the streams written lately. Memory: one entry per append since
/// the position last given to `forget_up_to`.
class recent_versions {
public:
  [[nodiscard]] std::optional<std::uint64_t> find(const events::stream_id& stream) const;

  /// `position` is where the stream reached `version`; never lower than before.
  void set(const events::stream_id& stream, std::uint64_t version, std::uint64_t position);

  /// Drops the streams that were last written at or before `position`.
  void forget_up_to(std::uint64_t position);

private:
  struct entry {
    std::uint64_t version = 0;
    std::uint64_t position = 0;
  };
  struct write {
    std::uint64_t position = 0;
    events::stream_id stream;
  };
  std::unordered_map<events::stream_id, entry> entries_;
  std::deque<write> writes_; // by position
};

} // namespace ringmaster::store
