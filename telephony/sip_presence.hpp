// Whether the trunk is there, and whether we are there for it. For
// telephony/sip_*.cpp alone.
#pragma once

#include "telephony/sip.hpp"
#include "telephony/sip_leg.hpp"
#include "telephony/sip_stack.hpp"

#include <functional>
#include <optional>
#include <string>

namespace ringmaster::telephony {

/// Asks the trunk for its OPTIONS, again and again. Any answer will do, but for
/// 503: it is there.
class sip_heartbeat final : public sip_party {
public:
  sip_heartbeat(nua_t* stack, su_root_t* root, const sip_settings& settings);
  ~sip_heartbeat() override;
  sip_heartbeat(const sip_heartbeat&) = delete;
  sip_heartbeat& operator=(const sip_heartbeat&) = delete;

  /// Without it nothing is asked, and there is no trouble.
  [[nodiscard]] bool is_on() const;

  void ask();
  /// Asks now, and tells once what there is to tell: as `sip_reach::knock`, but over the
  /// connection that calls take.
  void knock(std::function<void(const std::optional<not_now>&)> told);
  void stop();

  /// Why nobody is to be called now; nothing if the trunk is there.
  [[nodiscard]] std::optional<not_now> trouble() const;

  void hear(const sip_event& it) override;

private:
  void tell(const std::optional<not_now>& what);

  enum class state : std::uint8_t { unheard, up, down };

  nua_t* stack_;
  sip_timer timer_;
  sip_timer knock_timer_;
  std::function<void(const std::optional<not_now>&)> told_; // null: nobody knocks
  const sip_settings& settings_;
  nua_handle_t* handle_ = nullptr; // while an answer is awaited
  state state_ = state::unheard;
  std::string why_;
};

/// Keeps us registered with the trunk.
class sip_registration final : public sip_party {
public:
  sip_registration(
    nua_t* stack, su_root_t* root, const sip_settings& settings, const sip_credentials& with);
  ~sip_registration() override;
  sip_registration(const sip_registration&) = delete;
  sip_registration& operator=(const sip_registration&) = delete;

  void ask();
  void stop();

  [[nodiscard]] std::optional<not_now> trouble() const;

  void hear(const sip_event& it) override;

private:
  void give_up(const sip_event& it);

  nua_t* stack_;
  sip_timer timer_;
  const sip_settings& settings_;
  const sip_credentials& credentials_;
  nua_handle_t* handle_ = nullptr;
  bool registered_ = false;
  bool challenged_ = false;
  std::string why_ = "no answer yet";
};

} // namespace ringmaster::telephony
