// Folds a long stretch of log into views, in batches.
#pragma once

#include "projections/projection.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace ringmaster::projections {

class refold {
public:
  /// The chain's 32 bytes at a position that was added.
  using hash_lookup = std::function<std::string(std::uint64_t position)>;

  /// Goes on from the checkpoint in `rows`, which must outlive it. `generation`
  /// is that of the log.
  refold(store::key_value& rows, std::string generation, hash_lookup hash_at);

  /// Events in order, the first right behind the checkpoint unless the views
  /// are to know of some alone. Gives how far the views have come, 0 while a
  /// batch is being gathered.
  std::uint64_t add(events::envelope&& it);

  /// Writes what is left of the last batch.
  void finish();

private:
  void write();

  projection fold_;
  std::string generation_;
  hash_lookup hash_at_;
  std::vector<events::envelope> batch_;
};

} // namespace ringmaster::projections
