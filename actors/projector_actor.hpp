#pragma once

#include "actors/messages.hpp"

#include <map>

namespace ringmaster::actors {

/// The shell around the projection. Batches that wait together are folded and
/// written together.
class projector_shell {
public:
  static inline const char* name = "ringmaster.projector";

  explicit projector_shell(projector_actor::pointer self) : self_{self} {}

  projector_actor::behavior_type start(const environment* with, live_actor live);

private:
  void fold(const committed_ptr& batch);
  caf::result<views_reached> await(await_position what);
  void tell_campaigns(const committed& batch);

  projector_actor::pointer self_;
  const environment* with_ = nullptr;
  live_actor live_;
  std::string generation_;
  std::uint64_t position_ = 0;
  std::multimap<std::uint64_t, caf::typed_response_promise<views_reached>> awaiting_;
};

projector_actor::behavior_type projector(
  projector_actor::stateful_pointer<projector_shell> self,
  const environment* with,
  live_actor live);

/// The campaign that an event speaks of, if any.
[[nodiscard]] std::optional<events::campaign_id> campaign_of(const events::stream_id& stream);

/// Brings the views up to the log's head before anyone serves from them:
/// rebuilds them when they do not fit this log, else folds what is missing.
/// `rows` is emptied if need be. Tells `progress` (position, head) when there is
/// something to fold, and then now and then.
/// To be called before the actors start.
void catch_up(
  const store::journal& journal,
  store::key_value& rows,
  const std::function<void(std::uint64_t, std::uint64_t)>& progress);

} // namespace ringmaster::actors
