#pragma once

#include "actors/messages.hpp"

namespace ringmaster::actors {

/// The one writer of lists, workflows, trunks, keys and webhooks. Answers once the views show
/// what it wrote, so that its next decision reads its own writes.
class catalogue_shell {
public:
  static inline const char* name = "ringmaster.catalogue";

  explicit catalogue_shell(catalogue_actor::pointer self) : self_{self} {}

  catalogue_actor::behavior_type start(
    const environment* with,
    journal_actor journal,
    projector_actor projector,
    switchboard_actor switchboard);

private:
  using receipt_promise = caf::typed_response_promise<receipt>;

  caf::result<receipt> record(catalogue_request& request);
  caf::result<receipt> edit_trunk(catalogue_request& request, std::uint64_t version);
  void append(catalogue_request& request, std::uint64_t version, receipt_promise asker);
  [[nodiscard]] std::optional<domain::refusal>
  judge(const catalogue_request& request, std::uint64_t version) const;

  catalogue_actor::pointer self_;
  const environment* with_ = nullptr;
  journal_actor journal_;
  projector_actor projector_;
  switchboard_actor switchboard_;
};

catalogue_actor::behavior_type catalogue(
  catalogue_actor::stateful_pointer<catalogue_shell> self,
  const environment* with,
  journal_actor journal,
  projector_actor projector,
  switchboard_actor switchboard);

} // namespace ringmaster::actors
