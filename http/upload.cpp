// What goes before and after a streamed contact list.
#include "domain/match.hpp"
#include "domain/phone_number.hpp"
#include "domain/utf8.hpp"
#include "http/render.hpp"
#include "http/router.hpp"

#include <algorithm>

namespace ringmaster::http {

namespace {

constexpr std::size_t longest_name = 200; // bytes

upload::options read_options(const incoming& head, faults& wrong) {
  query_reader query{head, wrong};
  upload::options how;
  how.name = query.text("name").value_or("contacts");
  how.default_country = query.text("default_country").value_or("");
  how.skip_invalid = query.choice("invalid", {"reject", "skip"}) == std::size_t{1};
  query.finish();
  bool odd = std::ranges::any_of(
    how.name, [](char it) { return static_cast<unsigned char>(it) < 0x20 || it == 0x7f; });
  if (odd || how.name.size() > longest_name || how.name.find_first_not_of(' ') == std::string::npos)
    wrong.shape("name", "name must have 1 to 200 bytes, not all blank, no control characters.");
  if (head.query.contains("default_country") && !domain::known_country(how.default_country))
    wrong.shape(
      "default_country",
      "default_country must be two capital letters that ISO 3166 gives to a country, as in US.");
  return how;
}

ordered rejects_json(const std::vector<domain::rejected_row>& rejects) {
  ordered all = ordered::array();
  for (const auto& it : rejects) {
    ordered one{
      {"line", it.line}, {"column", it.column}, {"reason", it.reason}, {"value", it.value}};
    if (it.first_line != 0)
      one["first_line"] = it.first_line;
    all.push_back(std::move(one));
  }
  return all;
}

ordered report_json(const upload::report& of) {
  ordered columns = ordered::array();
  for (const auto& it : of.summary.columns)
    columns.push_back({{"name", it.name}, {"empty_rows", it.empty_rows}});
  return {
    {"rows_accepted", of.summary.rows},
    {"rows_rejected", of.summary.rejected},
    {"columns", std::move(columns)},
    {"file_sha256", of.summary.file_sha256},
    {"rejects", rejects_json(of.first_rejects)}};
}

outgoing stored(const upload::report& of) {
  auto id = to_string(of.stored->list);
  ordered body{{"id", id}, {"name", of.stored->name}};
  body.update(report_json(of));
  body["rejects_url"] = nullptr;
  if (of.summary.rejected > 0)
    body["rejects_url"] = "/v1/contact-lists/" + id + "/rejects.csv";
  body["position"] = of.position;
  auto answer = as_json(201, body);
  answer.headers.emplace_back("Location", "/v1/contact-lists/" + id);
  return answer;
}

problem not_stored(const upload::report& of) {
  bool rejected = of.summary.rejected > 0;
  auto detail = std::to_string(of.summary.rejected) + " of "
                + std::to_string(of.summary.rejected + of.summary.rows)
                + " rows cannot be called. Nothing was stored. With invalid=skip the others are.";
  return {
    .status = 422,
    .slug = rejected ? "rows-rejected" : "no-contacts",
    .title = rejected ? "The list has rows that cannot be called." : "The list has no contacts.",
    .detail = rejected ? std::move(detail) : "There is no row below the header.",
    .field = rejected ? of.first_rejects.empty() ? "" : of.first_rejects.front().column : "",
    .more = text_of(report_json(of)),
    .retry_after_seconds = {}};
}

problem unreadable(const domain::import_failure& why) {
  return {
    .status = 422,
    .slug = "unreadable-file",
    .title = "The file cannot be read.",
    .detail = why.detail,
    .field = "",
    .more = text_of({{"reason", why.reason}, {"line", why.line}}),
    .retry_after_seconds = {}};
}

} // namespace

std::variant<upload::options, problem> accept_upload(const incoming& head) {
  if (auto no = not_allowed(head, events::key_role::operates))
    return *std::move(no);
  if (!has_media_type(head, "text/csv"))
    return problem{
      .status = 415,
      .slug = "unsupported-media-type",
      .title = "The body has a type that is not read here.",
      .detail = "Send the contact list as CSV, with Content-Type: text/csv.",
      .field = "Content-Type",
      .more = "",
      .retry_after_seconds = {}};
  faults wrong;
  auto how = read_options(head, wrong);
  if (has_faulty_if_match(head))
    add_faulty_if_match(wrong);
  if (wrong.any())
    return wrong.as_problem();
  if (origin_of(head).seen_version) // of a list that is yet to be made
    return refused(
      domain::refusal::version_changed,
      rule_of(domain::refusal::version_changed),
      ordered::object());
  return how;
}

outgoing render_upload(
  const std::variant<upload::report, domain::import_failure, command_unavailable>& what) {
  return match(
    what,
    [](const upload::report& it) { return it.stored ? stored(it) : render(not_stored(it)); },
    [](const domain::import_failure& it) { return render(unreadable(it)); },
    [](const command_unavailable& it) { return render(unavailable(it)); });
}

} // namespace ringmaster::http
