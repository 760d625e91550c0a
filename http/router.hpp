// Which handler a request goes to, and what handlers have in common.
#pragma once

#include "http/guarded.hpp"
#include "http/json_reader.hpp"
#include "http/routes.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringmaster::http {

struct route {
  std::string method;
  std::string pattern; // "/v1/campaigns/{campaign_id}"
  handler handle;
  /// Who may ask; nothing: whoever may see, and to change something, whoever
  /// operates.
  std::optional<events::key_role> least = {};
  bool open_to_all = false;
};

/// What the placeholders of `pattern` stand for in `path`; nothing: no match.
[[nodiscard]] std::optional<std::vector<std::string>>
match_path(std::string_view pattern, std::string_view path);

[[nodiscard]] std::vector<route> callback_routes();
[[nodiscard]] std::vector<route> catalogue_routes();
[[nodiscard]] std::vector<route> docs_routes();
[[nodiscard]] std::vector<route> forecast_routes();
[[nodiscard]] std::vector<route> erasure_routes();
[[nodiscard]] std::vector<route> key_routes();
[[nodiscard]] std::vector<route> campaign_routes();
[[nodiscard]] std::vector<route> contact_routes();
[[nodiscard]] std::vector<route> report_routes();
[[nodiscard]] std::vector<route> result_routes();
[[nodiscard]] std::vector<route> run_routes();
[[nodiscard]] std::vector<route> trunk_routes();

/// A handler that has its answer at once.
[[nodiscard]] handler at_once(outgoing (*work)(const incoming&, const services&));

/// Why who asks may not do what takes at least `least`, if so.
[[nodiscard]] std::optional<problem> not_allowed(const incoming& request, events::key_role least);

[[nodiscard]] outgoing as_json(unsigned status, const ordered& body);
[[nodiscard]] problem not_found(const std::string& field, std::string_view what);

/// The rule that stood in the way, as a sentence.
[[nodiscard]] std::string rule_of(domain::refusal why);

/// The domain said no: 409, or 404 for what is not there. `more` are further
/// members of the problem.
[[nodiscard]] problem refused(domain::refusal why, std::string detail, const ordered& more);
[[nodiscard]] problem unavailable(const command_unavailable& why);

/// If-Match names no version, so far as we give any.
[[nodiscard]] bool has_faulty_if_match(const incoming& request);
void add_faulty_if_match(faults& to);
[[nodiscard]] origin origin_of(const incoming& request);
/// What If-Match takes back.
[[nodiscard]] std::pair<std::string, std::string> etag(std::uint64_t version);

/// The id in the path; nothing if it is none of that kind.
template <class Id>
[[nodiscard]] std::optional<Id> id_in(const std::string& text);

/// One page: `items`, and the cursor of the next or null.
template <class T, class Render>
[[nodiscard]] ordered page_json(const projections::page<T>& page, Render render) {
  ordered body{{"items", ordered::array()}, {"next_cursor", nullptr}};
  for (const auto& item : page.items)
    body["items"].push_back(render(item));
  if (page.next)
    body["next_cursor"] = std::to_string(*page.next);
  return body;
}

template <class Id>
std::optional<Id> id_in(const std::string& text) {
  return [&]<class Tag>(events::id<Tag>) { return events::parse_id<Tag>(text); }(Id{});
}

} // namespace ringmaster::http
