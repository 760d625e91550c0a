// One side of a call: its dialog with the stack. For telephony/sip_*.cpp alone.
#pragma once

#include "telephony/sip_book.hpp"
#include "telephony/sip_invitation.hpp"
#include "telephony/sip_outcome.hpp"
#include "telephony/sip_stack.hpp"

#include <optional>
#include <string>

namespace ringmaster::telephony {

struct sip_credentials {
  std::string username; // empty: none
  std::string password;
  std::string realm; // empty: any
};

/// What answers a challenge, in the stack's spelling; empty if nothing does.
[[nodiscard]] std::string answer_to_challenge(const sip_t& response, const sip_credentials& with);

/// A dialog from our INVITE to the last BYE. Whatever the other side does, its
/// owner hears at most one of `refused` and `answered`, and `over` once, last.
class sip_leg final : public sip_party {
public:
  class owner {
  public:
    virtual ~owner() = default;
    virtual void progressed(sip_leg& leg, int status) = 0;
    virtual void refused(sip_leg& leg, const sip_final& how) = 0;
    /// Waits for `acknowledge`.
    virtual void answered(sip_leg& leg) = 0;
    /// An offer of theirs when the call is up; without SDP they want ours. Waits
    /// for `settle_offer`.
    virtual void offered(sip_leg& leg, const std::string& sdp, bool is_new) = 0;
    /// Their answer to our `reoffer`; empty: refused.
    virtual void answered_offer(sip_leg& leg, const std::string& sdp) = 0;
    virtual void hung_up(sip_leg& leg, std::uint16_t q850) = 0;
    /// The dialog is gone, with or without a BYE of either side.
    virtual void over(sip_leg& leg) = 0;
  };

  sip_leg(owner& of, nua_t* stack, const sip_credentials& credentials);
  ~sip_leg() override;
  sip_leg(const sip_leg&) = delete;
  sip_leg& operator=(const sip_leg&) = delete;

  void invite(const sip_invitation& it);
  void acknowledge(const std::string& sdp);
  /// A new offer inside the dialog.
  void reoffer(const std::string& sdp);
  /// 200 with our answer, or another status.
  void settle_offer(int status, const std::string& sdp);
  void cancel();
  void hang_up();

  /// What the other side said last of its media; empty: nothing.
  [[nodiscard]] const std::string& sdp() const { return sdp_; }
  /// Since it answered.
  [[nodiscard]] const sip_dialog& dialog() const { return dialog_; }
  [[nodiscard]] bool is_over() const { return over_; }

  void hear(const sip_event& it) override;

private:
  void hear_response(const sip_event& it);
  void hear_answer(const sip_t& it);
  void hear_refusal(const sip_event& it);
  [[nodiscard]] bool authenticate(const sip_event& it);
  void hear_offer(const sip_event& it);
  void take_offer(std::string sdp);
  void keep_dialog(const sip_t& it);
  void end();

  owner& owner_;
  nua_t* stack_;
  const sip_credentials& credentials_;
  nua_handle_t* handle_ = nullptr;
  std::string sdp_;
  sip_dialog dialog_;
  bool offers_ = false;     // our INVITE made the offer
  bool challenged_ = false; // and has shown what it has
  bool settled_ = false;    // the first final response to our INVITE came
  bool up_ = false;
  bool cancelled_ = false;
  bool unacknowledged_ = false; // a 200 of theirs
  bool reoffering_ = false;
  bool over_ = false;
};

} // namespace ringmaster::telephony
