#include "http/router.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

/// `"7"`, as `etag` gave it.
std::optional<std::uint64_t> version_in(std::string_view tag) {
  constexpr std::size_t longest = 19; // digits that fit
  if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"' || tag.size() > longest + 1)
    return std::nullopt;
  std::uint64_t version = 0;
  for (char it : tag.substr(1, tag.size() - 2)) {
    if (it < '0' || it > '9')
      return std::nullopt;
    version = version * 10 + static_cast<std::uint64_t>(it - '0');
  }
  return version;
}

/// Of the header; empty: none, or one that everything matches.
std::string_view if_match(const incoming& request) {
  auto found = request.headers.find("if-match");
  bool any = found == request.headers.end() || found->second == "*";
  return any ? std::string_view{} : std::string_view{found->second};
}

std::string_view next_part(std::string_view& rest) {
  auto end = rest.find('/', 1);
  auto part = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end);
  return part;
}

} // namespace

std::optional<std::vector<std::string>>
match_path(std::string_view pattern, std::string_view path) {
  std::vector<std::string> found;
  while (!pattern.empty() && !path.empty()) {
    auto wanted = next_part(pattern);
    auto given = next_part(path);
    if (wanted.starts_with("/{") && given.size() > 1)
      found.emplace_back(given.substr(1));
    else if (wanted != given)
      return std::nullopt;
  }
  if (!pattern.empty() || !path.empty())
    return std::nullopt;
  return found;
}

bool has_faulty_if_match(const incoming& request) {
  auto tag = if_match(request);
  return !tag.empty() && !version_in(tag);
}

void add_faulty_if_match(faults& to) {
  to.shape("If-Match", "If-Match is one ETag of ours, as in \"7\", or *.");
}

origin origin_of(const incoming& request) {
  return {request.actor, request.correlation, version_in(if_match(request)), request.mark};
}

std::pair<std::string, std::string> etag(std::uint64_t version) {
  return {"ETag", '"' + std::to_string(version) + '"'};
}

handler at_once(outgoing (*work)(const incoming&, const services&)) {
  return [work](const incoming& request, const services& with, reply answer) {
    answer(safely(with, request.correlation, [&] { return work(request, with); }));
  };
}

std::optional<problem> not_allowed(const incoming& request, events::key_role least) {
  if (request.role && *request.role >= least)
    return std::nullopt;
  auto needed = std::string{events::to_string(least)};
  problem what{
    .status = 401,
    .slug = "key-needed",
    .title = "This takes a key.",
    .detail = "Send one of role " + needed + " or above, as in Authorization: Bearer key_….",
    .field = "Authorization",
    .more = text_of({{"needed_role", needed}}),
    .retry_after_seconds = {}};
  if (!request.role)
    return what;
  what.status = 403;
  what.slug = "role-too-low";
  what.title = "The key does not allow this.";
  what.detail = "It is of role " + std::string{events::to_string(*request.role)}
                + ", and this takes " + needed + ".";
  return what;
}

outgoing as_json(unsigned status, const ordered& body) {
  return {
    .status = status,
    .headers = {{"Content-Type", "application/json"}},
    .body = text_of(body) + "\n",
    .stream = {}};
}

problem not_found(const std::string& field, std::string_view what) {
  return {
    .status = 404,
    .slug = "not-found",
    .title = "There is no such thing here.",
    .detail = "There is no such " + std::string{what} + ".",
    .field = field,
    .more = "",
    .retry_after_seconds = {}};
}

std::string rule_of(domain::refusal why) {
  using domain::refusal;
  switch (why) {
  case refusal::already_exists: return "It is here already.";
  case refusal::not_found: return "There is no such thing.";
  case refusal::not_a_draft: return "It is no draft any more.";
  case refusal::not_running: return "The campaign is not running.";
  case refusal::not_paused: return "The campaign is not paused.";
  case refusal::not_over: return "The campaign is not over.";
  case refusal::already_redialed: return "The campaign was redialed before.";
  case refusal::archived: return "It is archived, and is to be brought back first.";
  case refusal::already_over: return "The campaign is over, and does not change any more.";
  case refusal::no_contacts: return "There are no contacts.";
  case refusal::contact_already_in: return "Numbers of the list are in the campaign already.";
  case refusal::list_already_in: return "The list's rows are the campaign's already.";
  case refusal::too_many_contacts:
    return "A campaign has at most 999,999,999 contacts, and 1,000 added lists.";
  case refusal::attempts_exhausted: return "The contact was called as often as it may be.";
  case refusal::attempt_open: return "The contact is being called just now.";
  case refusal::contact_finished: return "The contact is done.";
  case refusal::not_due_yet: return "It is not due yet.";
  case refusal::never_open: return "No time slot opens at that time or after it.";
  case refusal::trunk_in_use: return "A campaign that is not over uses the trunk.";
  case refusal::trunk_has_calls: return "Calls are up on the trunk.";
  case refusal::name_taken: return "One of that name was made before.";
  case refusal::version_changed: return "It was changed since it had the version of If-Match.";
  }
  return "";
}

problem refused(domain::refusal why, std::string detail, const ordered& more) {
  auto slug = std::string{domain::to_string(why)};
  std::ranges::replace(slug, '_', '-');
  return {
    .status = why == domain::refusal::not_found         ? 404u
              : why == domain::refusal::version_changed ? 412u
                                                        : 409u,
    .slug = std::move(slug),
    .title = why == domain::refusal::not_found         ? "There is no such thing here."
             : why == domain::refusal::version_changed ? "It is not as you saw it any more."
                                                       : "A rule stands in the way.",
    .detail = std::move(detail),
    .field = "",
    .more = text_of(more),
    .retry_after_seconds = {}};
}

problem unavailable(const command_unavailable& why) {
  return {
    .status = 503,
    .slug = "unavailable",
    .title = "The engine cannot take this just now.",
    .detail = why.why,
    .field = "",
    .more = "",
    .retry_after_seconds = 1};
}

} // namespace ringmaster::http
