// Removing people from what is kept.
#include "domain/match.hpp"
#include "domain/phone_number.hpp"
#include "http/render.hpp"
#include "http/router.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

ordered erased_json(const domain::list_row& it) {
  return {{"contact_list_id", to_string(it.list)}, {"row", it.row}, {"erased", true}};
}

std::optional<std::uint32_t> row_in(const std::string& text, std::uint32_t rows) {
  constexpr std::size_t longest = 9;
  bool digits = std::ranges::all_of(text, [](char it) { return it >= '0' && it <= '9'; });
  if (text.empty() || text.size() > longest || text.front() == '0' || !digits)
    return std::nullopt;
  auto row = static_cast<std::uint32_t>(std::stoul(text));
  return row <= rows ? std::optional{row} : std::nullopt;
}

void delete_row(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  auto id = id_in<events::contact_list_id>(request.params.at(0));
  auto list = id ? with.views->look().list(*id) : std::nullopt;
  if (!list)
    return answer(render(not_found("contact_list_id", "contact list")));
  auto number = row_in(request.params.at(1), list->list.rows);
  if (!number)
    return answer(render(not_found("row", "row in this contact list")));
  domain::list_row row{*id, *number};
  with.erase_row(
    row,
    origin_of(request),
    [&with, row, name = request.correlation, answer = std::move(answer)](const command_answer& it) {
      answer(safely(with, name, [&] {
        return match(
          it,
          [&](const command_done& so) {
            auto body = erased_json(row);
            body["position"] = so.position;
            return as_json(200, body);
          },
          [&](const command_refused& no) {
            return render(refused(no.why, "The row cannot be erased.", ordered::object()));
          },
          [](const command_unavailable& no) { return render(unavailable(no)); });
      }));
    });
}

/// The number is in the body, for whatever keeps URLs would keep it.
void post_erasure(const incoming& request, const services& with, reply answer) {
  faults wrong;
  query_reader{request, wrong}.finish();
  auto read = read_body(request);
  if (const auto* trouble = std::get_if<problem>(&read))
    return answer(render(*trouble));
  object_reader body{std::get<json>(read), "", wrong};
  body.require("phone_number");
  auto text = body.text("phone_number").value_or("");
  body.finish();
  auto number = domain::to_e164(text, "");
  if (!wrong.any() && !std::holds_alternative<std::string>(number))
    wrong.meaning("phone_number", "A phone number begins with + and the country's code.");
  if (wrong.any())
    return answer(render(wrong.as_problem()));
  with.erase_number(
    std::get<std::string>(number),
    origin_of(request),
    [&with, name = request.correlation, answer = std::move(answer)](
      const std::optional<std::vector<domain::list_row>>& rows) {
      answer(safely(with, name, [&] {
        if (!rows)
          return render(unavailable({"The erasure was begun and is not over; ask again."}));
        auto items = ordered::array();
        for (const auto& it : *rows)
          items.push_back(erased_json(it));
        return as_json(
          200, {{"rows", std::move(items)}, {"position", with.views->look().position()}});
      }));
    });
}

} // namespace

std::vector<route> erasure_routes() {
  constexpr auto admin = events::key_role::admin;
  return {
    {"DELETE", "/v1/contact-lists/{contact_list_id}/rows/{row}", delete_row, admin},
    {"POST", "/v1/erasures", post_erasure, admin}};
}

} // namespace ringmaster::http
