// The routes over real read models and real rules, without actors or a disk.
#pragma once

#include "domain/contact_row.hpp"
#include "events/envelope.hpp"
#include "http/routes.hpp"
#include "projections/projection.hpp"
#include "support/memory_key_value.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::test {

/// What came back, with its body read.
struct answered {
  unsigned status = 0;
  std::map<std::string, std::string> headers;
  nlohmann::json body;
  std::string text;
};

class desk {
public:
  desk();
  desk(const desk&) = delete;

  answered get(const std::string& target);
  answered remove(const std::string& target);
  answered post(const std::string& target, const std::string& body = "");
  answered patch(const std::string& target, const std::string& body);
  answered upload(const std::string& target, const std::string& csv);
  answered ask(http::incoming request);

  /// A request as the gateway hands it on; JSON if there is a body.
  static http::incoming
  request(const std::string& method, const std::string& target, const std::string& body = "");

  /// Stores a list, a workflow and a trunk of 20 channels, and gives a body
  /// that makes a campaign of them.
  nlohmann::json campaign_body();
  /// The id of a new draft with three contacts.
  std::string draft();

  /// Something happened to a contact.
  std::uint64_t happen(const events::contact_key& to, const events::contact_event& what);
  std::uint64_t record(const events::stream_id& stream, const events::event& what);

  [[nodiscard]] std::uint64_t recorded() const { return position_; }
  [[nodiscard]] const std::vector<events::envelope>& log() const { return log_; }

  events::instant now;
  http::services with;
  std::map<events::attempt_key, events::call_result> results;
  domain::breaker_window::tally window;
  domain::line_report lines; // of every trunk
  /// Answers every command if set.
  std::optional<http::command_answer> instead;
  std::vector<domain::list_row> erased;
  std::string erased_number;
  bool records_verdicts = true;
  std::vector<std::uint64_t> waited_for;
  http::sight sees = http::sight::shown; // who waits
  std::optional<domain::line_part> swept;
  std::map<std::string, domain::secret_bytes> seeds;
  std::vector<std::string> logged;
  std::map<events::webhook_id, std::string> webhook_secrets;
  std::map<std::string, std::string> hook_secrets; // by the name they were kept under
  std::map<events::webhook_id, http::webhook_standing> standings;
  std::vector<http::parked_event> parked; // of every webhook
  std::vector<std::uint64_t> replays;
  http::webhook_trial trial{.status = 200, .error = {}};
  std::map<events::contact_list_id, std::vector<domain::contact_row>> vault;
  std::map<events::contact_list_id, std::string> rejects;
  std::map<events::trunk_id, http::trunk_secrets> secrets;

private:
  void wire_commands();
  void wire_vault();
  void wire_webhooks();

  memory_key_value rows_;
  projections::projection projection_{rows_};
  projections::library library_{rows_};
  std::vector<events::envelope> log_;
  std::uint64_t position_ = 0;
  std::uint64_t last_id_ = 1'000;
};

/// The number inside an id as in "cmp_…".
template <class Id>
Id id_of(const std::string& text) {
  return [&]<class Tag>(events::id<Tag>) { return events::parse_id<Tag>(text).value(); }(Id{});
}

} // namespace ringmaster::test
