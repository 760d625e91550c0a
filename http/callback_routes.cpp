// What carriers and voice agents call. They have no key of ours: what they send is
// proven by the address, which we gave them, and by their signature.
#include "http/callback_paths.hpp"
#include "http/router.hpp"

namespace ringmaster::http {

namespace {

/// In the order of the names: an address of ours has its query so.
std::string query_of(const incoming& request) {
  std::string text;
  for (const auto& [name, value] : request.query)
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  return text;
}

problem refusal_of(unsigned status) {
  if (status == 404)
    return not_found("token", "call");
  if (status == 503)
    return unavailable({"What it says is not on record; it may be sent again."});
  return {
    .status = status,
    .slug = status == 403 ? "unproven-callback" : "unreadable-callback",
    .title = "The callback cannot be taken.",
    .detail = status == 403 ? "Neither its address nor its signature shows that it is a carrier's."
                            : "It does not say which call it is about.",
    .field = "",
    .more = "",
    .retry_after_seconds = {}};
}

outgoing as_outgoing(callback_answer&& it) {
  if (it.status >= 400)
    return render(refusal_of(it.status));
  outgoing answer{.status = it.status, .headers = {}, .body = std::move(it.body), .stream = {}};
  if (!it.content_type.empty())
    answer.headers.emplace_back("Content-Type", std::move(it.content_type));
  return answer;
}

void post_callback(const incoming& request, const services& with, reply answer) {
  callback_request what{
    .provider = request.params.at(0),
    .token = request.params.at(1),
    .query = query_of(request),
    .headers = {request.headers.begin(), request.headers.end()},
    .body = request.body};
  with.receive_callback(
    std::move(what), [measures = with.measures, answer = std::move(answer)](callback_answer it) {
      measures->count_callback(it.status);
      answer(as_outgoing(std::move(it)));
    });
}

} // namespace

std::vector<route> callback_routes() {
  constexpr bool open = true;
  return {{"POST", "/v1/telephony/{provider}/{token}", post_callback, {}, open}};
}

} // namespace ringmaster::http
