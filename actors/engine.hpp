// The running system as the world outside sees it: plain functions, no actors.
#pragma once

#include "actors/doorway.hpp"
#include "actors/environment.hpp"
#include "store/key_value.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace ringmaster::actors {

/// The actor system over opened stores, and the way into it.
class engine : public doorway {
public:
  struct parts {
    telephony::clock now;
    std::function<std::chrono::nanoseconds(events::duration)> real_time;
    store::journal* journal = nullptr;
    store::vault* vault = nullptr;
    store::key_value* rows = nullptr; // of the views; caught up with the journal
    provider_factory make_provider;
    /// What a voice agent shows to bring the result of a call; a secret.
    std::function<std::string(const events::attempt_key&)> result_token = {};
    /// Vouches for a head of the log, every minute that has events and at the
    /// end. Not set: nobody does.
    std::function<events::head_signed(const store::journal_head&)> sign_head = {};
    /// Asks a pre-dial hook for leave to call, and answers exactly once, from any
    /// thread. Not set: none gives any.
    std::function<void(domain::hook_question, std::function<void(domain::hook_answer)>)> ask_hook =
      {};
    /// Called when the views hold more than before; must not block.
    std::function<void()> views_moved = {};
    actors::limits limits = {};
    /// Threads for the actors without one of their own; JOURNAL and PROJECTOR
    /// have theirs.
    std::size_t workers = 1;
    std::string software = "ringmaster";
  };

  /// Records that this process took over, settles the calls that were up, and
  /// dials on. The stores must outlive it.
  explicit engine(parts from);

  /// Takes no more commands and dials no more; what was acknowledged is on disk.
  ~engine();

private:
  struct state;
  explicit engine(std::unique_ptr<state> it);

  std::unique_ptr<state> state_;
};

} // namespace ringmaster::actors
