// The course of one call, from the INVITE to the last BYE of both sides. For
// telephony/sip_*.cpp alone.
#pragma once

#include "telephony/sip.hpp"
#include "telephony/sip_leg.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>

namespace ringmaster::telephony {

/// What a call works with. Outlives it.
struct sip_switch {
  nua_t* stack;
  su_root_t* root;
  const sip_settings* settings;
  sip_credentials credentials; // the trunk's
  sip_credentials none;        // an agent is shown no password
  sip_book* book;
  clock now;
  /// Told in order; the end last, and once.
  std::function<void(const events::attempt_key&, events::call_report)> tell;
  /// Both sides are gone: the call may be destroyed, though not at once.
  std::function<void(const events::attempt_key&)> done;
  /// The trunk sent a word, or the connection to it was lost.
  std::function<void(bool there)> reached;
};

/// In the stack's thread only.
class sip_call final : public sip_leg::owner {
public:
  sip_call(const sip_switch& in, call_request request, std::function<void(place_answer)> answer);

  void start();

  /// CANCEL or BYE; the end is told when it is known. More than once is once.
  void hang_up();

  /// The end was told; only manners remain.
  [[nodiscard]] bool has_ended() const { return told_end_; }

  /// At once, though the other side has not said a word: it has had its time.
  void drop();

private:
  using steady = std::chrono::steady_clock;

  void progressed(sip_leg& leg, int status) override;
  void refused(sip_leg& leg, const sip_final& how) override;
  void answered(sip_leg& leg) override;
  void offered(sip_leg& leg, const std::string& sdp, bool is_new) override;
  void answered_offer(sip_leg& leg, const std::string& sdp) override;
  void hung_up(sip_leg& leg, std::uint16_t q850) override;
  void over(sip_leg& leg) override;

  void contact_refused(const sip_final& how);
  void contact_answered();
  void agent_answered();
  void ring_on();
  void listen_for(std::chrono::milliseconds span, int times);
  void give_up_silent();
  void give_up_ringing();
  void end_call(events::outcome outcome, std::string_view cause, std::string code);
  void await_farewell();
  void tell_end(events::call_ended how);
  void take_answer(place_answer it);
  [[nodiscard]] events::call_ended
  make_end(events::outcome outcome, std::string_view cause, std::string code) const;
  [[nodiscard]] bool was_never_sent(const sip_final& how) const;
  [[nodiscard]] sip_leg* other(const sip_leg& leg);
  [[nodiscard]] std::chrono::milliseconds since_start() const;

  const sip_switch& in_;
  call_request request_;
  std::function<void(place_answer)> answer_; // null: given
  std::optional<sip_uri> wanted_agent_;
  sip_leg contact_;
  std::unique_ptr<sip_leg> agent_;
  sip_timer timer_;
  steady::time_point started_at_{};

  bool heard_ = false; // any response, if only 100
  bool ringing_ = false;
  bool given_up_ = false;     // CANCEL was sent, or is as soon as it may be
  bool asked_to_end_ = false; // by the engine
  bool joined_ = false;       // contact and agent hear each other
  events::instant answered_at_{};
  std::optional<events::call_ended> end_; // told when the contact's side is gone
  bool told_end_ = false;
  sip_leg* reoffering_ = nullptr; // whose new offer is with the other side
};

} // namespace ringmaster::telephony
