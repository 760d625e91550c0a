// The live feed: what the client asked for, and the messages it gets.
#include "events/codec.hpp"
#include "http/render.hpp"
#include "http/router.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace ringmaster::http {

namespace {

constexpr std::string_view live_path = "/v1/campaigns/{campaign_id}/live";

std::string progress_message(
  ordered message,
  const projections::campaign_view& of,
  std::uint64_t position,
  const services& with) {
  message["position"] = position;
  message["progress"] = progress_json(of, with.views->look(), with.now());
  return text_of(message);
}

/// What a client that comes back shows us: GENERATION:POSITION, our own words.
/// A position means something in its own log alone.
void resume(live_request& wish, std::string_view last_event, const services& with, faults& wrong) {
  auto colon = std::min(last_event.find(':'), last_event.size());
  auto digits = last_event.substr(std::min(colon + 1, last_event.size()));
  const auto* behind = digits.data() + digits.size();
  std::uint64_t position = 0;
  auto [end, error] = std::from_chars(digits.data(), behind, position);
  if (digits.empty() || error != std::errc{} || end != behind)
    return wrong.shape("Last-Event-ID", "An id of ours is GENERATION:POSITION.");
  wish.resume_after.reset();
  if (last_event.substr(0, colon) == with.generation)
    wish.resume_after = position;
}

} // namespace

std::variant<live_request, problem> accept_live(const incoming& head, const services& with) {
  if (auto no = not_allowed(head, events::key_role::viewer))
    return *std::move(no);
  auto params = match_path(live_path, head.path);
  auto id = params ? id_in<events::campaign_id>(params->front()) : std::nullopt;
  if (!id || !with.views->look().campaign(*id))
    return not_found("campaign_id", "campaign");
  faults wrong;
  query_reader query{head, wrong};
  live_request wish{.campaign = *id, .events = false, .resume_after = {}};
  wish.events = query.choice("events", {"false", "true"}) == std::size_t{1};
  auto after = query.whole("after", 0, std::numeric_limits<std::int64_t>::max());
  // A position means something in its own log alone.
  if (query.text("generation") == with.generation)
    wish.resume_after = after;
  query.finish();
  // Behind the query: a browser that comes back asks with the address of the first time.
  auto last_event = head.headers.find("last-event-id");
  if (last_event != head.headers.end() && !last_event->second.empty())
    resume(wish, last_event->second, with, wrong);
  if (wrong.any())
    return wrong.as_problem();
  return wish;
}

std::string
live_snapshot(const projections::campaign_view& of, std::uint64_t position, const services& with) {
  return progress_message(
    {{"type", "snapshot"}, {"generation", with.generation}}, of, position, with);
}

std::string
live_progress(const projections::campaign_view& of, std::uint64_t position, const services& with) {
  return progress_message({{"type", "progress"}}, of, position, with);
}

std::string live_event(const events::envelope& it) {
  return R"({"type":"event","position":)" + std::to_string(it.position) + R"(,"event":)"
         + events::to_json(it) + "}";
}

} // namespace ringmaster::http
