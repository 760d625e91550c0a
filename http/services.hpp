// All that handlers may reach. They see no actor, no disk and no clock but
// these, so a test passes lambdas.
#pragma once

#include "domain/api_key.hpp"
#include "domain/breaker.hpp"
#include "domain/campaign_rows.hpp"
#include "domain/contact_order.hpp"
#include "domain/contact_row.hpp"
#include "domain/line_pool.hpp"
#include "domain/list_import.hpp"
#include "events/envelope.hpp"
#include "http/gateway_measures.hpp"
#include "http/message.hpp"
#include "http/pages.hpp"
#include "http/webhook_services.hpp"
#include "projections/library.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ringmaster::http {

/// The facts are on disk and the views show them.
struct command_done {
  std::uint64_t position = 0;  // of the last fact; for "already so", the log's head
  std::uint64_t in_flight = 0; // for pause: calls that are up and will finish
  std::uint64_t contacts = 0;  // for cancel_line: those who were cancelled
};
struct command_refused {
  domain::refusal why;
};
/// Too much to do, or the engine is stopping: nothing was done, or (timeout)
/// nobody knows; asking again is safe.
struct command_unavailable {
  std::string why;
};
using command_answer = std::variant<command_done, command_refused, command_unavailable>;
using on_answer = std::function<void(command_answer)>;

/// Whether the views show a position of the log, to who waited for it.
enum class sight { shown, beyond_the_log, not_in_time };

enum class severity { info, warning, error };

/// Who asks, for the log.
struct origin {
  std::string actor;
  std::uint64_t correlation = 0;
  /// The version of the thing that the client saw (If-Match): `version_changed`
  /// if it has moved on since.
  std::optional<std::uint64_t> seen_version = {};
  /// What the request is known by, if it may be sent again.
  std::optional<events::request_mark> request = {};
};

/// A contact list on its way in. One owner; blocking calls, to be made off the
/// network threads. Dropped before `finish`, it leaves nothing behind.
class upload {
public:
  struct options {
    std::string name;
    std::string default_country;
    bool skip_invalid = false;
  };
  struct report {
    /// Set when the list was stored; nothing when rows were rejected and that
    /// was not allowed.
    std::optional<events::contact_list_uploaded> stored;
    std::uint64_t position = 0;
    domain::import_summary summary;
    std::vector<domain::rejected_row> first_rejects; // at most 1,000
  };

  virtual ~upload() = default;
  /// False: the file is beyond reading; `finish` says why.
  virtual bool write(std::string_view bytes) = 0;
  /// `mark`: of a request that its client may send again.
  virtual void finish(
    std::optional<events::request_mark> mark,
    std::function<void(std::variant<report, domain::import_failure, command_unavailable>)>
      done) = 0;
};

/// A look-out on one campaign: `stir` is called after its events became
/// visible, from any thread, at most once per `rearm`. Gone with the object.
class watch {
public:
  virtual ~watch() = default;
  virtual void rearm() = 0;
};

/// How long a command that is sent again is answered as it was.
inline constexpr std::chrono::hours answers_stand_for{48};

/// To a command that its client may send again.
struct given_answer {
  std::string digest; // of the request
  outgoing what;
};

/// A request that was answered, for the server's log. No query: people filter
/// by what they know of the called. Of the path nothing but what `path_to_log` gives.
struct answered_request {
  std::uint64_t correlation = 0;
  std::string method;
  std::string path;
  std::string actor;
  unsigned status = 0;
  std::chrono::microseconds took{};
};

/// Something that must be so for the server to be of use.
struct health_check {
  std::string name; // "disk"
  bool passed = false;
  std::string detail; // a short sentence
};

struct event_page {
  std::vector<events::envelope> events; // of the campaign and its contacts, in order
  std::uint64_t upto = 0;               // everything up to this position was looked at
};

/// What a carrier or a voice agent sent to the address that it was given.
struct callback_request {
  std::string provider;
  std::string token;                                        // which call it is about
  std::string query;                                        // without the question mark
  std::vector<std::pair<std::string, std::string>> headers; // names in lower case
  std::string body;
};
struct callback_answer {
  unsigned status = 204;
  std::string content_type;
  std::string body;
};

/// What a trunk is given in confidence: values by name.
using trunk_secrets = std::map<std::string, std::string>;

/// What its provider does not take of a trunk.
struct trunk_trouble {
  std::string field; // "/settings"
  std::string detail;
};

struct services {
  std::function<events::instant()> now;
  /// A new id's number: sorted by time, never zero.
  std::function<std::uint64_t()> new_id;
  /// From the machine's source of chance for secrets.
  std::function<domain::secret_bytes()> new_secret;
  const projections::library* views = nullptr;
  std::string generation;                      // of the log
  std::span<const page> pages;                 // the dashboard; none: the program was built without
  events::campaign_settings campaign_defaults; // for what a client does not say
  /// Does what blocks, on a thread of its own; false: too much waits already.
  std::function<bool(std::function<void()>)> later;

  std::function<void(events::workflow_created, origin, on_answer)> create_workflow;
  std::function<void(events::trunk_created, origin, on_answer)> create_trunk;
  /// The secrets, if any, hold from the edit on, with the others that there are; none
  /// of them if it is refused.
  std::function<void(events::trunk_edited, trunk_secrets, origin, on_answer)> edit_trunk;
  std::function<void(events::trunk_id, origin, on_answer)> remove_trunk;
  std::function<void(events::api_key_created, origin, on_answer)> create_key;
  std::function<void(events::api_key_id, origin, on_answer)> revoke_key;
  /// `secret` is kept before the event is.
  std::function<void(events::webhook_created, std::string secret, origin, on_answer)>
    create_webhook;
  std::function<void(events::webhook_edited, origin, on_answer)> edit_webhook;
  std::function<void(events::webhook_id, origin, on_answer)> remove_webhook;
  webhook_services webhooks;
  /// What is wrong with a URL that we are to ask, as in "must begin with https:// or
  /// http://".
  std::function<std::optional<std::string>(const std::string& url)> why_not_url;
  /// Keeps what a pre-dial hook's requests are signed with, and gives the name of it.
  /// Blocks for a moment.
  std::function<std::string(events::campaign_id, const std::string& secret)> keep_hook_secret;
  std::function<void(events::campaign_id, domain::campaign_command, origin, on_answer)> command;
  std::function<void(events::contact_key, domain::contact_order, origin, on_answer)> order_contact;
  std::function<void(events::campaign_id, domain::line_part, origin, on_answer)> cancel_line;

  /// Done: nothing that is kept names the contact any more, but what others hold.
  std::function<void(const domain::list_row&, origin, on_answer)> erase_row;
  /// Likewise every row with this number (E.164): which ones; nothing: it was
  /// begun, and asking again goes on with it.
  std::function<void(
    std::string phone_number,
    origin,
    std::function<void(std::optional<std::vector<domain::list_row>>)>)>
    erase_number;

  /// All that the provider does not take, its own name included; nothing: it can be so.
  std::function<std::vector<trunk_trouble>(const events::trunk_created&)> check_trunk;

  /// Why calls on the trunk cannot be handed to this agent; nothing: they can.
  std::function<std::optional<std::string>(const events::trunk_created&, const std::string& agent)>
    check_agent;

  /// What is wrong with a trunk's secrets: those it has, and those that it is given
  /// now; naming the one at fault.
  std::function<std::optional<std::string>(
    events::trunk_id,
    const std::string& provider,
    const std::string& settings,
    const trunk_secrets&)>
    check_secrets;
  /// On return they are on disk, and nobody is ever shown them again. Blocks for a moment.
  std::function<void(events::trunk_id, const trunk_secrets&)> keep_secrets;
  /// Names alone, sorted.
  std::function<std::vector<std::string>(events::trunk_id)> secret_names;

  /// Verified by the provider; answered once it is on record.
  std::function<void(callback_request, std::function<void(callback_answer)>)> receive_callback;

  /// The breaker's window of a running campaign, as its actor sees it.
  std::function<void(events::campaign_id, std::function<void(domain::breaker_window::tally)>)>
    breaker;

  /// Who has a trunk's lines and who waits for them, as the SWITCHBOARD sees it.
  std::function<void(events::trunk_id, std::function<void(domain::line_report)>)> trunk_lines;

  /// What was answered to the request known by this key, within the last 48 hours.
  std::function<std::optional<given_answer>(const std::string& key)> answer_given;
  /// On return it is on disk. Blocks: to be called off the network threads.
  std::function<void(const events::request_mark&, const outgoing&)> keep_answer;

  /// Chance that was kept for the request known by this key, within the last 48 hours.
  std::function<std::optional<domain::secret_bytes>(const std::string& key)> seed_kept;
  /// Likewise on disk on return, and blocks.
  std::function<void(const events::request_mark&, const domain::secret_bytes&)> keep_seed;

  std::function<std::unique_ptr<upload>(upload::options, origin)> begin_upload;
  std::function<std::optional<domain::contact_row>(events::contact_list_id, std::uint32_t)> row;
  std::function<std::vector<std::pair<std::uint32_t, domain::contact_row>>(
    events::contact_list_id, std::uint32_t first, std::size_t most)>
    rows;
  /// The rejects file in pieces; nothing when the list has none.
  std::function<std::optional<std::function<std::optional<std::string>()>>(events::contact_list_id)>
    rejects;
  std::function<std::optional<events::call_result>(const events::attempt_key&)> result;
  /// Whether it is what the agent of this call was given to bring its result.
  std::function<bool(const events::attempt_key&, std::string_view token)> is_result_token;
  /// Results are taken for so long after the end of their call, opt-outs always.
  events::duration results_accepted_for = std::chrono::hours{24};
  /// Answers whether it is on disk.
  std::function<void(const events::attempt_key&, events::call_verdict, std::function<void(bool)>)>
    judge_call;

  std::function<std::unique_ptr<watch>(events::campaign_id, std::function<void()> stir)>
    watch_campaign;
  /// Events after `position`, at most `most`; looks at a bounded stretch of the log.
  std::function<event_page(events::campaign_id, std::uint64_t after, std::size_t most)>
    events_after;
  /// A line in the server's own log, from any thread; `request` 0: about none.
  /// Never a secret, never what a contact said or is called by.
  std::function<void(severity, const std::string&, std::uint64_t request)> log;
  std::function<void(const answered_request&)> log_request;

  std::shared_ptr<gateway_measures> measures = std::make_shared<gateway_measures>();
  /// All that is measured, in Prometheus' text format.
  std::function<std::string()> metrics;
  std::function<std::vector<health_check>()> check_health;

  /// Calls back once the views show `position` (0: all that is on disk now), or when
  /// `within` has passed; at once if the log does not reach so far.
  std::function<void(
    std::uint64_t position, std::chrono::seconds within, std::function<void(sight)>)>
    when_visible;
  std::chrono::seconds longest_wait{5}; // of a query, for the views
};

} // namespace ringmaster::http
