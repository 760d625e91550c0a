#pragma once

#include "actors/contact_actor.hpp"
#include "actors/hearing.hpp"
#include "actors/messages.hpp"
#include "domain/lineup.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace ringmaster::actors {

/// Whom a campaign works with.
struct campaign_peers {
  journal_actor journal;
  projector_actor projector;
  switchboard_actor switchboard;
  registry_actor registry;
};

/// The shell around the rules for one campaign: picks who is called next,
/// judges window, pause and limits at that instant, and keeps the campaign's
/// stream. Rebuilt from the views, and by them from the log, whenever it wakes.
class campaign_shell {
public:
  static inline const char* name = "ringmaster.campaign";

  explicit campaign_shell(campaign_actor::pointer self) : self_{self} {}

  campaign_actor::behavior_type
  start(const environment* with, campaign_peers peers, events::campaign_id id);

private:
  using receipt_promise = caf::typed_response_promise<campaign_receipt>;

  /// Between two questions to the carrier about one silent call that was not answered.
  static constexpr auto check_interval = std::chrono::seconds{30};

  struct call {
    contact_actor contact;
    std::uint32_t attempt = 0;
    events::instant check_at{}; // when to ask the carrier, if nothing is heard by then
    bool answered = false;
  };

  /// A change that bears on dialling. It waits until every dial that was judged
  /// before it is with the carrier.
  struct change_in_progress {
    domain::campaign_facts facts;
    actors::origin origin;
    receipt_promise asker; // invalid: our own doing
  };

  /// Whoever is in line is being cancelled, a stretch of them at a time.
  struct sweep {
    domain::line_part part = domain::line_part::everybody;
    origin by;
    receipt_promise asker;
    bool begun = false;
    std::size_t open = 0; // on their way to the disk
    std::uint64_t swept = 0;
    bool refused = false; // the log has no room
  };

  // Waking up.
  void load();
  void load_catalogue(const projections::library_view& look);
  void load_columns(const projections::library_view& look, events::contact_list_id list);
  void load_line(const projections::library_view& look, const projections::campaign_view& view);
  void restore_breaker(const projections::campaign_view& view);
  void settle_open_calls(std::vector<projections::contact_view> open);

  // Commands.
  caf::result<campaign_receipt> accept(campaign_request& request);
  void in_turn(std::function<void()> work);
  void carry_out(const campaign_request& request, receipt_promise asker);
  void append(domain::campaign_facts facts, const actors::origin& origin, receipt_promise asker);
  void not_appended(caf::error& why, receipt_promise asker);
  void believe(const domain::campaign_facts& facts);
  void carry_out_own(domain::campaign_command command);
  void carry_out_deferred();
  void begin_change(change_in_progress change);
  void finish_change_if_quiet();
  void call_back_those_asked_about();
  void wind_up_calls();

  // Orders for contacts.
  caf::result<campaign_receipt> accept(contact_request& request);
  void carry_out(const contact_request& request, receipt_promise asker);
  void pass_on(const contact_request& request, const contact_actor& to, receipt_promise asker);
  void decide_in_line(const contact_request& request, receipt_promise asker);
  void append_in_line(
    const contact_request& request,
    domain::contact before,
    std::uint64_t version,
    const domain::contact_facts& facts,
    receipt_promise asker);
  caf::result<campaign_receipt> accept(line_request& request);
  void begin_sweep(const line_request& request, receipt_promise asker);
  void sweep_if_quiet();
  void sweep_on();
  void cancel_in_line(domain::lineup::candidate who, const projections::library_view& look);
  void end_sweep();

  // Dialling.
  void fill_soon();
  void fill();
  [[nodiscard]] bool may_dial(events::instant now);
  void dial_ready(events::instant now);
  [[nodiscard]] bool dial(domain::lineup::candidate& who);
  void do_without(domain::lineup::candidate who);
  void cancel_erased(domain::lineup::candidate who);
  [[nodiscard]] std::optional<domain::contact_row>
  row_of(std::uint32_t row, const domain::list_row& place, bool untouched);
  void ask_for_lines(std::uint32_t lines);
  void read_line(std::function<void()> then);

  // What comes back.
  void route(telephony::call_news& news);
  void hear_late(telephony::call_news news);
  void decide_late(telephony::call_news& news);
  void
  append_late(const telephony::call_news& news, const projections::contact_view& of, heard what);
  void settled_in(std::uint32_t row);
  void hear(const hook_heard& it);
  void over(contact_over& what);
  void expire_if_due(events::instant now);
  void trip_if_due(events::instant now);
  void pause_if_hook_fails();
  void complete_if_done();

  // Time.
  void wake_at(events::instant at);
  void wake(std::uint64_t number);
  void check_quiet_calls(events::instant now);
  void offer_to_leave(events::instant now);

  void refresh_brief();
  [[nodiscard]] wind_up ending() const;

  campaign_actor::pointer self_;
  const environment* with_ = nullptr;
  campaign_peers peers_;
  events::campaign_id id_;

  domain::campaign state_;
  std::uint64_t version_ = 0;
  std::uint64_t last_position_ = 0; // of anything of this campaign that we know of
  std::uint32_t finished_ = 0;
  events::instant running_since_{}; // its last start or resume
  std::string agent_;
  std::string prompt_;
  list_columns columns_;
  std::shared_ptr<const campaign_brief> brief_;

  std::optional<domain::lineup> line_;
  domain::breaker_window breaker_;
  std::unordered_map<std::uint32_t, call> calls_;
  events::instant next_check_{};               // no call is to be checked before it
  std::unordered_set<std::uint32_t> starting_; // picked, and not yet with the carrier
  std::unordered_set<std::uint32_t> asked_;    // of them, those whom the hook is asked about
  domain::hook_failures hook_;
  std::deque<std::pair<std::uint32_t, domain::contact_row>> rows_ahead_;

  /// The SWITCHBOARD's, which keeps it as long as lines are in use; so that one that
  /// is made anew finds the old one gone.
  std::weak_ptr<telephony::provider> provider_;
  bool paced_ = false;               // calls wait for their turn on the trunk
  bool counted_ = false;             // the trunk is told of each answer to a placement
  std::uint32_t free_lines_ = 0;     // granted, not used yet
  std::uint32_t asked_lines_ = 0;    // wanted, not granted yet
  std::uint32_t returned_lines_ = 0; // to give back with the next word to the switchboard
  std::uint32_t unplaced_lines_ = 0; // of them, those on which no call was placed
  std::vector<caller_id_back> returned_caller_ids_;

  std::optional<change_in_progress> changing_;
  std::optional<sweep> sweeping_;
  std::deque<std::function<void()>> deferred_;
  bool appending_ = false; // what is decided now would not know of it
  bool fill_sent_ = false;
  std::optional<events::instant> wakes_at_;
  std::uint64_t wake_number_ = 0;
  std::uint64_t heard_ = 0; // messages that came through the REGISTRY
  events::instant quiet_since_{};
};

campaign_actor::behavior_type campaign(
  campaign_actor::stateful_pointer<campaign_shell> self,
  const environment* with,
  campaign_peers peers,
  events::campaign_id id);

} // namespace ringmaster::actors
