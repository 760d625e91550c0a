// Looks into a running process, and holds what its views say against the
// auditor's own account.
#pragma once

#include "simulation/auditor.hpp"
#include "simulation/plan.hpp"
#include "simulation/process.hpp"

#include <chrono>
#include <cstdint>
#include <map>

namespace ringmaster::simulation {

/// When somebody looks, and what must be put up with then.
struct moment {
  instant now{};        // by the world's clock
  instant engine_now{}; // by that of the engine's machine
  bool excused = false; // something happened lately that takes its time
  bool disk_busy = false;
};

class inspector {
public:
  explicit inspector(auditor& reports_to) : auditor_{reports_to} {}

  /// Between two instants, when nobody has a message to handle. Looks at little
  /// each time and at more now and then; true: it looked at everything.
  bool check(process& in, const moment& when);

  /// Everything that the views say.
  void look_closely(process& in, instant now);

  /// Once all is over.
  void check_the_end(process& in, const test::memory_key_value& views, instant now);

private:
  void count(const campaign_account& of, const projections::library_view& look, instant now);
  void look_for_idleness(const campaign_account& of, const moment& when);
  void look_for_starvation(const campaign_account& of, bool hungry, instant now);
  [[nodiscard]] std::uint64_t lines_free_for(const campaign_account& of, instant now) const;

  /// A campaign that could call, and what it and its trunk had dialled by then.
  struct hunger {
    std::uint64_t own_calls = 0;
    std::uint64_t all_calls = 0;
  };

  auditor& auditor_;
  std::map<events::campaign_id, instant> idle_since_;
  std::map<events::campaign_id, hunger> hungry_since_;
  std::uint64_t checks_ = 0;
};

/// A campaign sleeps no longer than a quarter of an hour, whatever its clock does.
inline constexpr auto patience = std::chrono::minutes{16};

} // namespace ringmaster::simulation
