// One process of the engine in a run: from its start over what is on the disk
// to a death that nobody announced.
#pragma once

#include "http/routes.hpp"
#include "simulation/carrier.hpp"
#include "simulation/hook_desk.hpp"
#include "store/journal.hpp"
#include "store/log_storage.hpp"
#include "store/vault.hpp"
#include "support/memory_key_value.hpp"
#include "support/troupe.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace ringmaster::simulation {

using carriers = std::map<events::trunk_id, std::unique_ptr<carrier>>;

/// What outlives a process.
struct machine {
  std::function<instant()> now;
  store::vault& vault;
  test::memory_key_value& views;
  carriers& far_ends;
  hook_desk& hooks;
  std::function<std::uint64_t()> new_id;
  actors::limits limits;
};

/// Goes as by kill -9: what its actors still do while they are put away reaches
/// nobody.
class process {
public:
  process(const machine& on, std::unique_ptr<store::log_storage> log);

  void die();
  [[nodiscard]] bool dead() const { return dead_; }

  [[nodiscard]] test::troupe& actors() { return *actors_; }
  [[nodiscard]] const store::journal& journal() const { return *journal_; }

  /// The gateway's handlers; commands and queries alike.
  [[nodiscard]] const http::services& services() const { return services_; }
  void request(http::incoming what, http::reply answer);

  /// Does something a message later, among those of the actors.
  void later(std::function<void()> what);

private:
  class mortal_rows;

  bool dead_ = false;
  std::shared_ptr<wire> over_ = std::make_shared<wire>();
  std::unique_ptr<store::journal> journal_;
  std::unique_ptr<store::key_value> rows_;
  std::optional<actors::doorway> door_;
  http::services services_;
  std::optional<test::troupe> actors_; // behind what they still call while they go
  caf::actor network_;                 // lets requests come between any two messages
};

} // namespace ringmaster::simulation
