// What routes below a campaign have in common.
#pragma once

#include "domain/campaign_rows.hpp"
#include "http/render.hpp"
#include "http/router.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringmaster::http {

/// The campaign that the path names first; nothing if there is none.
[[nodiscard]] std::optional<projections::campaign_view>
find_campaign(const incoming& request, const projections::library_view& look);

[[nodiscard]] outgoing no_campaign();

/// If the client saw another version of the campaign (If-Match) than this. For orders
/// that do not change the campaign itself, so that nobody else looks at it.
[[nodiscard]] std::optional<problem>
seen_otherwise(const incoming& request, const projections::campaign_view& of);

/// The row that the path names second; nothing if the campaign has no such row.
[[nodiscard]] std::optional<std::uint32_t>
find_row(const incoming& request, const projections::campaign_view& of);

[[nodiscard]] std::vector<std::string>
columns_of(const projections::library_view& look, events::contact_list_id list);

/// The columns of all the campaign's lists, each once.
[[nodiscard]] std::vector<std::string>
all_columns(const domain::campaign& campaign, const projections::library_view& look);

/// The value of a column; empty if the contact's list does not have it.
[[nodiscard]] std::string value_of(const row_source& who, const std::string& column);

/// What is known of contacts of one campaign, whichever list each is in.
class contact_source {
public:
  contact_source(
    const domain::campaign& campaign, const projections::library_view& look, const services& with)
    : campaign_{campaign}, look_{look}, with_{with} {}

  [[nodiscard]] row_source of(std::uint32_t row);
  /// Contacts `first` to `end`, without the last, in their order.
  [[nodiscard]] std::vector<row_source> of(std::uint32_t first, std::uint32_t end);

private:
  [[nodiscard]] const std::vector<std::string>& columns(events::contact_list_id list);

  const domain::campaign& campaign_;
  const projections::library_view& look_;
  const services& with_;
  std::map<events::contact_list_id, std::vector<std::string>> columns_;
};

/// The digits of E.164, at most fifteen, as a number: eight bytes a contact.
[[nodiscard]] std::uint64_t digits_of(const std::string& phone_number);

/// Of the query's parameters; a fault if what is there is none.
[[nodiscard]] std::optional<events::outcome> read_outcome(query_reader& query);
[[nodiscard]] std::optional<events::instant>
read_instant(query_reader& query, const std::string& name, faults& wrong);

/// What an operator chose for a campaign, as a body that creates one like it, with
/// no more calls at once than its trunk has channels by now. Its times are its own.
[[nodiscard]] json
choices_of(const projections::campaign_view& of, const projections::library_view& look);

/// `name` with "(copy)" behind it, within the length of a name.
[[nodiscard]] std::string copy_name(const std::string& name);

/// One contact as it is now, without its history.
[[nodiscard]] ordered contact_now(
  std::uint32_t row,
  const projections::campaign_view& of,
  const projections::library_view& look,
  const services& with);

} // namespace ringmaster::http
