// One account at a Twilio-compatible carrier: the calls that are up there, and what
// is asked and told about them. Seen by twilio*.cpp alone.
#pragma once

#include "telephony/doorway.hpp"
#include "telephony/twilio.hpp"
#include "telephony/twilio_wire.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ringmaster::telephony {

/// A call that was placed and has not ended, so far as we heard.
struct live_twilio_call {
  std::string sid;             // empty: not known yet
  std::string twiml;           // where it did not fit into the request
  events::instant not_after{}; // it must have left the carrier's queue by then
  bool left_queue = false;
  bool answered = false;
  bool hang_up = false;   // as soon as its sid is known
  bool withdrawn = false; // we asked for its end before we heard of an answer
  bool dropped = false;   // it was in the carrier's queue for too long
  bool cut_short = false; // it was answered, and its TwiML had gone with an earlier process
};

/// What the carrier says of the end, in the light of what we had asked for.
[[nodiscard]] events::call_ended seen_by_us(const live_twilio_call& ours, events::call_ended end);

/// How far the carrier's clock may be behind ours.
inline constexpr std::chrono::seconds twilio_clock_skew{30};

/// Shared with what comes back from the network and the timer.
class twilio_account : public std::enable_shared_from_this<twilio_account> {
public:
  explicit twilio_account(twilio_parts from)
    : parts_{std::move(from)}, lane_{std::make_shared<request_lane>(parts_.send)} {}

  void place(call_request what, std::function<void(place_answer)> answer);
  void hang_up(const call_handle& call);
  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer);
  void receive(const callback& what, std::function<void(callback_reply)> answer);
  void close() { doorway_.close(); }

private:
  using on_result = std::function<void(const http_client::result&)>;
  using on_look_up = std::function<void(look_up_answer)>;

  // The way there and back; nothing comes back once the account is closed.
  void ask(http_client::request what, on_result then);
  void ask_now(http_client::request what, on_result then);
  [[nodiscard]] http_client::request authorised(http_client::request what) const;
  [[nodiscard]] std::function<void(http_client::result)> back(on_result then);

  [[nodiscard]] std::optional<not_now> full_queue();
  void note(const events::attempt_key& id, const place_answer& answer);
  void end_call(const std::string& sid);
  void drop_late_calls();

  // Looking up; `turn` counts the looks that found nothing.
  void ask_by_sid(call_handle call, std::size_t turn, on_look_up answer);
  void ask_by_numbers(call_handle call, std::size_t turn, on_look_up answer);
  void look_again(call_handle call, std::size_t turn, on_look_up answer);
  void tell(const call_handle& asked, const twilio_call& call, const on_look_up& answer);
  [[nodiscard]] std::string sid_of(const call_handle& call);
  [[nodiscard]] std::vector<twilio_call>
  ours_among(const std::vector<twilio_call>& calls, const call_handle& call);

  // Being called back.
  [[nodiscard]] std::string address(std::string_view token) const;
  [[nodiscard]] callback_reply twiml_of(const events::attempt_key& id, const std::string& sid);
  void hear_status(
    const events::attempt_key& id, const form& said, std::function<void(callback_reply)> answer);
  void hear_answerer(
    const events::attempt_key& id, const form& said, std::function<void(callback_reply)> answer);
  void pass_on(
    const events::attempt_key& id,
    std::vector<events::call_report> reports,
    std::function<void(callback_reply)> answer);

  // With the lock held.
  void keep(const events::attempt_key& id, live_twilio_call call);
  void forget(const events::attempt_key& id);
  void arm();

  const twilio_parts parts_;
  const std::shared_ptr<request_lane> lane_;
  doorway doorway_;

  // Actors, the network and the timer meet here, and none may wait for another's
  // turn. Never held while somebody is told something.
  std::mutex mutex_;
  std::map<events::attempt_key, live_twilio_call> live_;
  std::set<std::pair<events::instant, events::attempt_key>> queue_limits_; // of those in `live_`
  std::deque<std::pair<events::instant, std::string>> ended_;              // lately, by sid
  bool armed_ = false;
  events::instant queued_until_{}; // the last of our calls, at the carrier
};

} // namespace ringmaster::telephony
