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
#include <utility>
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
  events::instant not_after{};   // a carrier that queues must drop it then
  std::string result_token = {}; // whoever shows it may bring the call's result; secret
};

/// A call that was placed, as its carrier may be asked about it.
struct call_handle {
  events::attempt_key id;
  std::string provider_ref = {}; // the carrier's name for it; empty: we never learned it
  std::string to = {};           // E.164; empty: the person was erased
  std::string from = {};         // caller id
  events::instant dialed_at{};
  events::instant not_after{}; // a carrier that still has it in a queue must drop it then
};

/// The carrier took the call; reports will follow.
struct accepted {
  std::string provider_ref; // empty: its name for the call comes with `call_initiated`
};
/// Known not to have been dialled, and never will be.
struct refused {
  std::string cause;
  std::string provider_code;
  events::duration rest{}; // the trunk is congested and should rest for so long
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

/// Tells whoever brought news whether they are on record: a carrier that is told
/// they are not brings them again. Dropped unsettled, it says that they are not.
class news_receipt {
public:
  explicit news_receipt(std::function<void(bool recorded)> tell) : tell_{std::move(tell)} {}
  ~news_receipt() { settle(false); }
  news_receipt(const news_receipt&) = delete;
  news_receipt& operator=(const news_receipt&) = delete;

  /// The first word counts. True: all of it is on disk, or was nothing new.
  void settle(bool recorded) {
    if (auto tell = std::exchange(tell_, nullptr))
      tell(recorded);
  }

private:
  std::function<void(bool)> tell_;
};

/// Reports of one call, in the order they came in.
struct call_news {
  events::attempt_key id;
  std::vector<events::call_report> reports;
  std::shared_ptr<news_receipt> receipt = nullptr; // null: nobody asks
};

/// Where news go. Called from the provider's own thread, or from inside
/// `place`; must not block.
using news_sink = std::function<void(call_news)>;

/// What somebody sent to the callback address of one trunk. Its size is bounded;
/// nothing else of it is to be trusted.
struct callback {
  std::string token;                                        // the last part of the address
  std::string query;                                        // as it came, without the question mark
  std::vector<std::pair<std::string, std::string>> headers; // names in lower case
  std::string body;
};
struct callback_reply {
  unsigned status = 204; // an HTTP status
  std::string content_type = {};
  std::string body = {};
};

class provider {
public:
  virtual ~provider() = default;

  /// Places the call once. Must be called at most once per id; the answer
  /// comes exactly once, maybe from another thread, maybe before `place`
  /// returns, maybe after the first news.
  virtual void place(call_request request, std::function<void(place_answer)> answer) = 0;

  /// How many calls may be at `place` at once, before their answers; more than those
  /// are told "not now". Nothing: as many as there are channels. Always the same.
  [[nodiscard]] virtual std::optional<std::uint32_t> most_placing() const { return std::nullopt; }

  /// Idempotent: a call that is over already is success. The end comes as news.
  virtual void hang_up(const call_handle& call) = 0;

  /// The answer comes exactly once, maybe from another thread, maybe before
  /// `look_up` returns.
  virtual void look_up(const call_handle& call, std::function<void(look_up_answer)> answer) = 0;

  /// Verifies what came, passes on what it says, and answers once that is on
  /// record: 2xx, or 5xx so that it is sent again. Without callbacks: 404.
  virtual void receive(callback, std::function<void(callback_reply)> answer) {
    answer({.status = 404});
  }
};

/// Runs `what` after `delay` of the engine's time (which tests move, and which
/// a time factor speeds up). From any thread; `what` runs on the timer's.
using timer = std::function<void(events::duration delay, std::function<void()> what)>;
using clock = std::function<events::instant()>;

} // namespace ringmaster::telephony
