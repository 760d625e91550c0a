#pragma once

#include "actors/messages.hpp"
#include "domain/contact_row.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::actors {

/// Of each list of a campaign, what its values are called.
using list_columns = std::map<events::contact_list_id, std::vector<std::string>>;

/// What all calls of a campaign have in common. Made anew when an operator
/// edits; a call that is up keeps the one it was dialled under.
struct campaign_brief {
  events::campaign_id campaign;
  events::campaign_settings settings;
  events::trunk_id trunk;
  std::string agent;
  std::string prompt;
  list_columns columns;
};

/// One attempt to make, or, if `state` is in flight, to settle.
struct contact_job {
  events::contact_key key;
  domain::contact state;
  std::uint64_t version = 0; // of the contact's stream
  std::shared_ptr<const campaign_brief> brief;
  std::shared_ptr<telephony::provider> provider;
  switchboard_actor switchboard =
    {};               // whom to ask what the call shows; nobody: there is only something to settle
  bool paced = false; // and when it may be placed
  bool counted = false;          // and who is told once the carrier has answered
  std::string caller_id = {};    // of the call to settle
  std::string provider_ref = {}; // of the call to settle, if the carrier told us
  events::contact_list_id list;
  std::uint32_t list_row = 0;
  domain::contact_row row; // of a call to settle: the number alone, if it is still kept
  wind_up ending = {};     // of the campaign, if it has stopped
};

/// The shell around `domain::decide` for one contact during one attempt.
class contact_shell {
public:
  static inline const char* name = "ringmaster.contact";

  explicit contact_shell(contact_actor::pointer self) : self_{self} {}

  contact_actor::behavior_type
  start(const environment* with, journal_actor journal, campaign_actor campaign, contact_job job);

private:
  void set_out();
  void choose_caller_id();
  void ask_hook();
  void take(const hook_answered& it);
  void put_off(std::string reason, events::instant until);
  void go_back_in_line();
  void dial();
  void give_up();
  void place_in_turn();
  void place();
  void hold_back(std::string why, events::instant until);
  void take(const telephony::place_answer& answer);
  void hear(events::call_report report);
  void hear(telephony::call_news& news);
  void hear_unknown(std::string cause);
  void look_up();
  void take(const telephony::look_up_answer& answer);
  void check();
  void end(wind_up how);
  caf::result<campaign_receipt> obey(const contact_request& request);
  void append(
    domain::contact_facts facts,
    std::vector<store::vault::result> results,
    std::function<void(const receipt&)> then,
    const origin& by = {});
  void report_not_dialled(std::optional<rest_trunk> rest);
  void finish_if_over(const receipt& at);
  contact_actor::behavior_type hand_back();

  [[nodiscard]] events::attempt_key attempt() const;
  [[nodiscard]] telephony::call_handle call() const;
  [[nodiscard]] std::map<std::string, std::string> initial_context(std::uint32_t attempt) const;
  [[nodiscard]] events::outcome last_call_outcome() const;
  [[nodiscard]] events::instant rings_until(events::instant at) const;
  [[nodiscard]] caller_id_back give_back_caller_id() const;

  contact_actor::pointer self_;
  const environment* with_ = nullptr;
  journal_actor journal_;
  campaign_actor campaign_;
  contact_job job_;
  std::optional<rest_trunk> rest_;
  bool dialed_ = false; // the attempt is on record
  bool placed_ = false; // the carrier was asked for the call
  std::string calls_;   // whom nobody else calls until this is over
  events::instant caller_id_taken_at_{};
  std::uint32_t spent_before_ = 0; // attempts that came about, without this one
  bool hung_up_ = false;
  bool asking_hook_ = false;
};

contact_actor::behavior_type contact(
  contact_actor::stateful_pointer<contact_shell> self,
  const environment* with,
  journal_actor journal,
  campaign_actor campaign,
  contact_job job);

} // namespace ringmaster::actors
