// All calls of one SIP trunk. For telephony/sip_*.cpp alone.
#pragma once

#include "telephony/sip.hpp"
#include "telephony/sip_call.hpp"
#include "telephony/sip_farewell.hpp"
#include "telephony/sip_presence.hpp"
#include "telephony/sip_reach.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace ringmaster::telephony {

/// Lives in the stack's thread: all of it is to be called there.
class sip_trunk {
public:
  /// `post` does something there later, `closed` ends the thread.
  struct surroundings {
    su_root_t* root;
    std::function<bool(std::function<void()>)> post;
    std::function<void()> closed;
  };

  sip_trunk(
    surroundings in,
    sip_settings settings,
    sip_credentials credentials,
    std::filesystem::path book,
    clock now,
    news_sink news);
  ~sip_trunk();
  sip_trunk(const sip_trunk&) = delete;
  sip_trunk& operator=(const sip_trunk&) = delete;

  /// False: the port is taken, say.
  [[nodiscard]] bool open();
  /// Ends all calls and then the stack. News are not told any more.
  void close();

  void place(call_request request, std::function<void(place_answer)> answer);
  void hang_up(const call_handle& call);
  void look_up(const call_handle& call, std::function<void(look_up_answer)> answer);

private:
  struct hash {
    std::size_t operator()(const events::attempt_key& it) const noexcept {
      return std::hash<events::contact_key>{}(it.contact()) * 31 + it.attempt;
    }
  };

  static void hear(
    nua_event_t what,
    int status,
    const char* phrase,
    nua_t* stack,
    nua_magic_t* trunk,
    nua_handle_t* handle,
    sip_party* party,
    const sip_t* message,
    tagi_t tags[]);
  void hear_stranger(nua_event_t what, nua_handle_t* handle);
  void shut_down_if_over();

  /// Why it can't be placed.
  [[nodiscard]] std::optional<place_answer> objection(const call_request& request) const;
  void place_now(call_request request, std::function<void(place_answer)> answer);
  void knock();
  void place_waiting(const std::optional<not_now>& trouble);
  void tell(const events::attempt_key& call, events::call_report what);
  void done(const events::attempt_key& call);
  void end_orphan(const call_handle& call);
  void orphan_ended(const events::attempt_key& call, int status);
  [[nodiscard]] look_up_answer recall(const call_handle& call) const;

  const surroundings in_;
  const sip_settings settings_;
  const news_sink news_;
  sip_book book_;
  nua_t* stack_ = nullptr;
  sip_switch switch_;
  std::optional<sip_heartbeat> heartbeat_;
  std::optional<sip_registration> registration_;
  std::optional<sip_reach> reach_;
  std::optional<sip_farewell> farewell_;
  std::optional<sip_timer> closing_timer_;
  // Until it is known whether the trunk can be reached.
  struct waiting_call {
    call_request request;
    std::function<void(place_answer)> answer;
  };
  std::vector<waiting_call> waiting_;
  std::unordered_map<events::attempt_key, std::unique_ptr<sip_call>, hash> calls_;
  // Calls of an earlier process whose BYE has no answer yet, and who asked.
  using asker = std::function<void(look_up_answer)>;
  std::unordered_map<events::attempt_key, std::vector<asker>, hash> orphans_;
  std::vector<std::unique_ptr<sip_call>> gone_; // until the stack has done with them
  bool clearing_ = false;                       // is about to be done
  bool closing_ = false;
  bool shutting_down_ = false;
};

} // namespace ringmaster::telephony
