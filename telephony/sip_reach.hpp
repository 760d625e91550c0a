// Whether a connection to the trunk comes about. For telephony/sip_*.cpp alone.
#pragma once

#include "telephony/sip.hpp"
#include "telephony/sip_stack.hpp"

#include <sofia-sip/nta.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace ringmaster::telephony {

/// How long a knock may take: as much as a SYN that got lost, sent again after one second
/// and three.
constexpr std::chrono::milliseconds knock_patience{5'000};

/// For how long a trunk rests that could not be reached.
constexpr events::duration unreachable_rest = std::chrono::seconds{5};

/// Over TCP and TLS an INVITE waits in the stack for its connection, and when that
/// breaks the stack does not say whether the INVITE had left. So we knock first where
/// nothing was heard for a while. This knocks at trunks that are not asked for their
/// OPTIONS: with OPTIONS all the same, over a connection of its own. They need no answer.
/// It is enough that the connection stands, its certificate and all.
///
/// With TLS each knock costs some 70 KB for good: Debian's Sofia-SIP ends a connection's
/// SSL object and does not free it.
///
/// In the stack's thread only.
class sip_reach {
public:
  sip_reach(su_root_t* root, const sip_settings& settings);
  ~sip_reach();
  sip_reach(const sip_reach&) = delete;
  sip_reach& operator=(const sip_reach&) = delete;

  /// The trunk was there a moment ago; or it is one over UDP, which needs no proof:
  /// what did not leave comes back.
  [[nodiscard]] bool is_certain() const;

  /// Tells once, maybe before it returns: nothing if the trunk is there, or why
  /// nobody is to be called now. Whoever knocked before is told nothing more.
  void knock(std::function<void(const std::optional<not_now>&)> told);
  void stop();

  /// What calls learn: a word of the trunk's, or the loss of the connection.
  void heard() { certain_until_ = steady::now() + proof_lasts; }
  void lost() { certain_until_ = {}; }

private:
  using steady = std::chrono::steady_clock;
  static constexpr std::chrono::seconds proof_lasts{10};

  static int hear(nta_outgoing_magic_t* self, nta_outgoing_t* request, const sip_t* message);
  [[nodiscard]] bool open();
  void close();
  void look();
  void tell(const std::optional<not_now>& what);
  [[nodiscard]] bool is_connected() const;

  su_root_t* root_;
  const sip_settings& settings_;
  sip_timer timer_;
  std::function<void(const std::optional<not_now>&)> told_; // null: told
  steady::time_point certain_until_{};
  // Of one knock.
  nta_agent_t* agent_ = nullptr;
  nta_leg_t* leg_ = nullptr;
  nta_outgoing_t* request_ = nullptr;
  steady::time_point ends_at_{};
  bool answered_ = false;
  std::string why_; // it failed
};

} // namespace ringmaster::telephony
