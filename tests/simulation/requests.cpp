#include "simulation/requests.hpp"

#include "domain/match.hpp"
#include "http/render.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

namespace ringmaster::simulation {

namespace {

using http::json;
using http::ordered;

struct call {
  std::string method;
  std::string path; // behind the campaign's
  ordered body = ordered::object();
};

ordered how_to_stop(bool hang_up) {
  return {{"calls", hang_up ? "hang_up" : "drain"}};
}

ordered hook_of(const std::optional<events::pre_dial_hook>& it) {
  if (!it)
    return nullptr;
  return {{"url", it->url}, {"timeout_ms", it->timeout_ms}};
}

ordered settings_of(const events::campaign_settings& it) {
  auto body = http::policy_json(it);
  body["name"] = it.name;
  body["pre_dial_hook"] = hook_of(it.pre_dial_hook);
  body["not_before"] = http::time_json(it.not_before);
  body["expires_at"] = http::time_json(it.expires_at);
  return body;
}

ordered draft_of(const events::campaign_created& it) {
  auto body = settings_of(it.settings);
  body["workflow_id"] = to_string(it.workflow);
  body["contact_list_id"] = to_string(it.list);
  body["trunk_id"] = to_string(it.trunk);
  return body;
}

call call_for(const domain::campaign_command& it) {
  return match(
    it,
    [](const domain::create_campaign& what) -> call {
      return {"POST", "", draft_of(what.as)};
    },
    [](const domain::edit_campaign& what) -> call {
      return {"PATCH", "", settings_of(what.settings)};
    },
    [](const domain::start_campaign&) -> call {
      return {"POST", "/start"};
    },
    [](const domain::pause_campaign& what) -> call {
      return {"POST", "/pause", how_to_stop(what.hang_up)};
    },
    [](const domain::cancel_campaign& what) -> call {
      return {"POST", "/cancel", how_to_stop(what.hang_up)};
    },
    [](const domain::resume_campaign&) -> call {
      return {"POST", "/resume"};
    },
    [](const domain::delete_campaign&) -> call {
      return {"DELETE", ""};
    },
    [](const domain::archive_campaign&) -> call {
      return {"POST", "/archive"};
    },
    [](const domain::unarchive_campaign&) -> call {
      return {"POST", "/unarchive"};
    },
    [](const auto&) -> call {
      return {"GET", ""};
    }); // the engine's own
}

call call_for(const contact_wish& it) {
  auto one = "/contacts/" + std::to_string(it.row);
  return match(
    it.order,
    [&](const domain::order_cancel& how) -> call {
      return {"POST", one + "/cancel", {{"call", how.hang_up ? "hang_up" : "drain"}}};
    },
    [&](const domain::order_first&) -> call {
      return {"POST", one + "/first"};
    },
    [&](const domain::order_call_at& when) -> call {
      return {"POST", one + "/call-at", {{"at", http::time_json(when.at)}}};
    });
}

call call_for(domain::line_part which) {
  bool all = which == domain::line_part::everybody;
  return {"POST", "/cancel-waiting", {{"contacts", all ? "all" : "waiting"}}};
}

call call_for(const addition& it) {
  auto contacts = ordered::array();
  for (std::uint32_t n = 0; n < it.contacts; ++n)
    contacts.push_back({{"phone_number", "+1212" + std::to_string(it.first_number + n)}});
  return {"POST", "/contacts", {{"contacts", contacts}, {"place", it.next ? "next" : "last"}}};
}

call call_for(const redial& it) {
  return {"POST", "/redial", {{"force", it.force}}};
}

http::incoming said(std::string method, std::string path, std::uint64_t number) {
  http::incoming it;
  it.method = std::move(method);
  it.path = std::move(path);
  it.actor = "operator";
  it.role = events::key_role::admin;
  it.correlation = number;
  return it;
}

json body_of(const http::outgoing& what) {
  return json::parse(what.body, nullptr, false);
}

} // namespace

http::incoming request_of(const order& it, std::uint64_t number) {
  auto what = match(it.what, [](const auto& wish) { return call_for(wish); });
  const auto* command = std::get_if<domain::campaign_command>(&it.what);
  bool makes = command && std::holds_alternative<domain::create_campaign>(*command);
  auto path =
    makes ? std::string{"/v1/campaigns"} : "/v1/campaigns/" + to_string(it.to) + what.path;
  auto request = said(what.method, std::move(path), number);
  if (!what.body.empty()) {
    request.headers["content-type"] = "application/json";
    request.body = what.body.dump();
  }
  return request;
}

http::incoming request_of(const question& it, std::uint64_t number) {
  auto of = "/v1/campaigns/" + to_string(it.of);
  switch (it.about) {
  case topic::progress: return said("GET", of + "/progress", number);
  case topic::runs: return said("GET", of + "/runs", number);
  case topic::contact: return said("GET", of + "/contacts/" + std::to_string(it.row), number);
  case topic::timeline: return said("GET", of + "/timeline", number);
  case topic::campaigns: return said("GET", "/v1/campaigns", number);
  case topic::waiting: break;
  }
  auto request = said("GET", of + "/contacts", number);
  request.query["status"] = "waiting";
  return request;
}

http::incoming request_of(const trunk_edit& it) {
  const auto& to = it.to;
  auto request = said("PATCH", "/v1/trunks/" + to_string(to.trunk), 0);
  request.headers["content-type"] = "application/json";
  request.body =
    ordered{
      {"name", to.name},
      {"channels", to.channels},
      {"calls_per_second", static_cast<double>(to.rate.calls) / to.rate.seconds},
      {"rate_window_seconds", to.rate.seconds},
      {"caller_ids", to.caller_ids},
      {"caller_id_limits",
       {{"concurrent", to.caller_id_limits.concurrent}, {"per_day", to.caller_id_limits.per_day}}}}
      .dump();
  return request;
}

complaint agents_are_heard(const http::outgoing& what) {
  bool heard = what.status == 200 || what.status == 409;
  return heard ? std::nullopt
         : what.status == 503
           ? answers_are_no_faults(what)
           : complaint{"an agent was answered " + std::to_string(what.status) + ": " + what.body};
}

complaint answers_are_no_faults(const http::outgoing& what) {
  if (what.status < 500)
    return std::nullopt;
  auto retry =
    std::ranges::find(what.headers, "Retry-After", [](const auto& it) { return it.first; });
  if (what.status == 503 && retry != what.headers.end())
    return std::nullopt;
  return "answered " + std::to_string(what.status) + ": " + what.body;
}

std::uint64_t position_in(const http::outgoing& what) {
  auto body = body_of(what);
  return body.is_object() ? body.value("position", std::uint64_t{0}) : 0;
}

projections::progress counters_in(const std::string& object) {
  auto it = json::parse(object, nullptr, false);
  auto number = [&](const char* name) { return it.value(name, std::uint64_t{0}); };
  projections::progress read;
  read.total = number("total");
  read.pending = number("pending");
  read.waiting = number("waiting");
  read.in_flight = number("in_flight");
  read.completed = number("completed");
  read.failed = number("failed");
  read.cancelled = number("cancelled");
  read.attempts = number("attempts");
  return read;
}

complaint silence_is_explained(const http::outgoing& contacts) {
  static const std::set<std::string_view> open_end{
    "in_line", "campaign_draft", "campaign_paused", "campaign_over"};
  auto body = body_of(contacts);
  for (const auto& it : body.at("items")) {
    auto reason = it.at("why").at("reason").get<std::string>();
    bool timed = it.at("why").at("until").is_string();
    bool never = it.at("why").at("text").get<std::string>().find("No time slot") == 0;
    if (reason.empty() || (!timed && !never && !open_end.contains(reason)))
      return "contact " + it.at("row").dump() + " waits, and why is " + it.at("why").dump();
  }
  return std::nullopt;
}

} // namespace ringmaster::simulation
