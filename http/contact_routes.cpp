// What an operator asks of a contact, or of all who are in line.
#include "domain/match.hpp"
#include "http/add_contacts.hpp"
#include "http/campaign_lookup.hpp"

namespace ringmaster::http {

namespace {

problem refused_of(
  const projections::library_view& look, const events::contact_key& key, domain::refusal why) {
  if (why == domain::refusal::not_found)
    return not_found("row", "contact");
  auto campaign = look.campaign(key.campaign);
  auto contact = look.contact(key);
  auto status = campaign ? campaign->state.status : domain::campaign_status::none;
  auto phase = contact ? contact->state.phase : domain::contact_phase::untouched;
  std::string detail = why == domain::refusal::already_over
                         ? "The campaign is " + std::string{domain::to_string(status)} + "."
                       : why == domain::refusal::never_open
                         ? "No time slot opens at that time or after it."
                       : phase == domain::contact_phase::finished ? "The contact is done."
                                                                  : "The contact is being called.";
  return refused(
    why,
    std::move(detail),
    {{"campaign_id", to_string(key.campaign)},
     {"row", key.row},
     {"campaign_status", domain::to_string(status)}});
}

outgoing obeyed(
  const projections::library_view& look,
  const events::contact_key& key,
  const services& with,
  command_done so) {
  auto campaign = look.campaign(key.campaign);
  if (!campaign)
    return no_campaign();
  auto body = contact_now(key.row, *campaign, look, with);
  body["position"] = so.position;
  return as_json(200, body);
}

using order_reader = domain::contact_order (*)(object_reader&);

/// POST …/contacts/{row}/…: the contact as it then is.
void post_order(order_reader read, const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto look = with.views->look();
  auto campaign = find_campaign(request, look);
  if (!campaign)
    return answer(no_campaign());
  auto row = find_row(request, *campaign);
  if (!row)
    return answer(render(not_found("row", "contact")));
  auto body = read_body_or_nothing(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  object_reader reader{std::get<json>(body), "", wrong};
  auto order = read(reader);
  reader.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  if (auto changed = seen_otherwise(request, *campaign))
    return answer(render(*changed));
  events::contact_key key{campaign->state.id, *row};
  with.order_contact(
    key,
    order,
    origin_of(request),
    [&with, key, name = request.correlation, answer = std::move(answer)](const command_answer& it) {
      answer(safely(with, name, [&] {
        auto now_look = with.views->look();
        return match(
          it,
          [&](const command_done& so) { return obeyed(now_look, key, with, so); },
          [&](const command_refused& no) { return render(refused_of(now_look, key, no.why)); },
          [](const command_unavailable& no) { return render(unavailable(no)); });
      }));
    });
}

handler ordering(order_reader read) {
  return [read](const incoming& request, const services& with, reply answer) {
    post_order(read, request, with, std::move(answer));
  };
}

domain::contact_order read_cancel(object_reader& body) {
  return domain::order_cancel{body.choice("call", {"drain", "hang_up"}) == std::size_t{1}};
}

domain::contact_order read_first(object_reader&) {
  return domain::order_first{};
}

domain::contact_order read_call_at(object_reader& body) {
  body.require("at");
  return domain::order_call_at{body.time("at").value_or(events::instant{})};
}

/// POST …/cancel-waiting: the campaign as it then is, and how many were cancelled.
void post_cancel_waiting(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto campaign = find_campaign(request, with.views->look());
  if (!campaign)
    return answer(no_campaign());
  auto body = read_body_or_nothing(request);
  if (const auto* trouble = std::get_if<problem>(&body))
    return answer(render(*trouble));
  object_reader reader{std::get<json>(body), "", wrong};
  bool all = reader.choice("contacts", {"all", "waiting"}) != std::size_t{1};
  reader.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  if (auto changed = seen_otherwise(request, *campaign))
    return answer(render(*changed));
  auto id = campaign->state.id;
  with.cancel_line(
    id,
    all ? domain::line_part::everybody : domain::line_part::waiting,
    origin_of(request),
    [&with, id, name = request.correlation, answer = std::move(answer)](const command_answer& it) {
      answer(safely(with, name, [&] {
        auto look = with.views->look();
        return match(
          it,
          [&](const command_done& so) {
            auto found = look.campaign(id);
            if (!found)
              return no_campaign();
            auto told = campaign_json(*found);
            told["position"] = so.position;
            told["contacts_cancelled"] = so.contacts;
            return as_json(200, told);
          },
          [&](const command_refused& no) {
            return no.why == domain::refusal::not_found ? no_campaign()
                                                        : render(refused_of(look, {id, 0}, no.why));
          },
          [](const command_unavailable& no) { return render(unavailable(no)); });
      }));
    });
}

} // namespace

std::vector<route> contact_routes() {
  const std::string one = "/v1/campaigns/{campaign_id}";
  return {
    {"POST", one + "/contacts", post_contacts},
    {"POST", one + "/contacts/{row}/cancel", ordering(read_cancel)},
    {"POST", one + "/contacts/{row}/first", ordering(read_first)},
    {"POST", one + "/contacts/{row}/call-at", ordering(read_call_at)},
    {"POST", one + "/cancel-waiting", post_cancel_waiting}};
}

} // namespace ringmaster::http
