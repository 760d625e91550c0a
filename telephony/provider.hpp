// The port to whatever places calls.
#pragma once

#include "events/call.hpp"
#include "events/ids.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace ringmaster::telephony {

/// What a provider needs to know to place one call.
struct call_request {
  events::attempt_key id; // as text: the call id given to the carrier
  std::string to;         // E.164
  std::string from;       // caller id
  std::string agent;      // who takes the answered call
  std::string prompt;     // with the contact's variables filled in
  std::map<std::string, std::string> initial_context;
  events::instant not_after{}; // a carrier that queues must drop it then
};

/// The carrier took the call; reports will follow.
struct accepted {
  std::string provider_ref; // empty: its name for the call comes with `call_initiated`
};
/// Known not to have been dialled, and never will be.
struct refused {
  std::string cause;
  std::string provider_code;
};
/// Not now (429, connection refused before a byte left): no attempt was made
/// as far as the carrier is concerned, and the line should rest.
struct not_now {
  std::string why;
  events::duration retry_after{};
};
/// The request left and nobody knows what became of it. It may ring.
struct unclear {
  std::string why;
};
using place_answer = std::variant<accepted, refused, not_now, unclear>;

/// What a carrier says of a call when asked.
struct never_heard_of {};
struct still_up {}; // more reports will follow
using look_up_answer = std::variant<never_heard_of, still_up, events::call_ended, unclear>;

/// Reports of one call, in the order they came in.
struct call_news {
  events::attempt_key id;
  std::vector<events::call_report> reports;
};

/// Where news go. Called from the provider's own thread, or from inside
/// `place`; must not block.
using news_sink = std::function<void(call_news)>;

class provider {
public:
  virtual ~provider() = default;

  /// Places the call once. Must be called at most once per id; the answer
  /// comes exactly once, maybe from another thread, maybe before `place`
  /// returns, maybe after the first news.
  virtual void place(call_request request, std::function<void(place_answer)> answer) = 0;

  /// Idempotent: a call that is over already is success. The end comes as news.
  virtual void hang_up(const events::attempt_key& id) = 0;

  virtual void look_up(const events::attempt_key& id, std::function<void(look_up_answer)> answer) = 0;
};

/// Runs `what` after `delay` of the engine's time (which tests move, and which
/// a time factor speeds up). From any thread; `what` runs on the timer's.
using timer = std::function<void(events::duration delay, std::function<void()> what)>;
using clock = std::function<events::instant()>;

} // namespace ringmaster::telephony
