#pragma once

#include "http/message.hpp"
#include "http/services.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ringmaster::http {

using handler = std::function<void(const incoming&, const services&, reply)>;

/// Answers one request that is not an upload and not a WebSocket: finds the
/// route and calls its handler. 404 for an unknown path, 405 with `Allow` for
/// an unknown method. Anything a handler throws is a 500 that says nothing.
void handle(const incoming& request, const services& with, reply answer);

/// Answers a command that was carried out, and whose answer was lost with the
/// process that would have given it: as the command does, with the thing as it
/// is now. `request` is the same command, sent again.
void recall(
  const projections::carried_out& what, incoming request, const services& with, reply answer);

/// The pattern of the route that takes the request, with the ids that are in the path
/// for their placeholders; `-` if there is none. Whatever else is in a path may be a
/// secret, or say who is called.
[[nodiscard]] std::string path_to_log(std::string_view method, std::string_view path);

/// Whether the answer is so much work that `handle` is to be called off the
/// network threads.
[[nodiscard]] bool takes_long(const incoming& request);

/// POST /v1/contact-lists is streamed, so it has its own way: first this, with
/// the headers and query alone. A problem is answered without reading the body.
[[nodiscard]] std::variant<upload::options, problem> accept_upload(const incoming& head);
/// … and at the end what to answer.
[[nodiscard]] outgoing render_upload(
  const std::variant<upload::report, domain::import_failure, command_unavailable>& what);

/// GET /v1/campaigns/{id}/live: what the client asked for.
struct live_request {
  events::campaign_id campaign;
  bool events = false;
  std::optional<std::uint64_t> resume_after; // `?after=POSITION` of generation `?generation=`
};
[[nodiscard]] std::variant<live_request, problem>
accept_live(const incoming& head, const services& with);

/// The messages of the live feed, one JSON object each: {"type":"snapshot", generation,
/// position, progress}, {"type":"progress", position, progress}, {"type":"event", position, event}.
[[nodiscard]] std::string
live_snapshot(const projections::campaign_view& of, std::uint64_t position, const services& with);
[[nodiscard]] std::string
live_progress(const projections::campaign_view& of, std::uint64_t position, const services& with);
[[nodiscard]] std::string live_event(const events::envelope& it);

} // namespace ringmaster::http
