#pragma once

#include "actors/messages.hpp"

namespace ringmaster::actors {

/// The one writer of lists, workflows, trunks, keys and webhooks. Answers once the views show
/// what it wrote, so that its next decision reads its own writes.
class catalogue_shell {
public:
  static inline const char* name = "ringmaster.catalogue";

  explicit catalogue_shell(catalogue_actor::pointer self) : self_{self} {}

  catalogue_actor::behavior_type
  start(const environment* with, journal_actor journal, projector_actor projector);

private:
  caf::result<receipt> record(catalogue_request& request);
  [[nodiscard]] std::optional<domain::refusal>
  judge(const catalogue_request& request, std::uint64_t version) const;

  catalogue_actor::pointer self_;
  const environment* with_ = nullptr;
  journal_actor journal_;
  projector_actor projector_;
};

catalogue_actor::behavior_type catalogue(
  catalogue_actor::stateful_pointer<catalogue_shell> self,
  const environment* with,
  journal_actor journal,
  projector_actor projector);

} // namespace ringmaster::actors
