#pragma once

#include "actors/messages.hpp"

#include <utility>
#include <vector>

namespace ringmaster::actors {

/// The shell around the log. Group commit by the mailbox: the first append that
/// finds nothing open sends a `flush`, which arrives behind everything already
/// waiting and writes it all with one sync.
class journal_shell {
public:
  static inline const char* name = "ringmaster.journal";

  explicit journal_shell(journal_actor::pointer self) : self_{self} {}

  /// `projector` gets every batch; it must be told who sends `views_reached`.
  journal_actor::behavior_type start(const environment* with, projector_actor projector);

private:
  caf::result<receipt> accept(append_request& request);
  void write_what_waits();
  void keep_results();
  void answer(std::vector<store::append_answer> answers);
  void views_are_at(std::uint64_t position);
  caf::result<receipt> sign();
  void remember_to_sign(const std::vector<events::envelope>& committed);
  void stop(caf::error why);

  journal_actor::pointer self_;
  const environment* with_ = nullptr;
  projector_actor projector_;
  std::vector<store::append> open_;
  std::vector<store::vault::result> results_;
  std::vector<caf::typed_response_promise<receipt>> askers_; // one per open append
  std::uint64_t views_at_ = 0;
  bool flush_sent_ = false;
  bool has_unsigned_ = false; // there are events that no signature covers
};

journal_actor::behavior_type journal(
  journal_actor::stateful_pointer<journal_shell> self,
  const environment* with,
  projector_actor projector);

} // namespace ringmaster::actors
