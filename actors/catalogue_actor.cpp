#include "actors/catalogue_actor.hpp"

#include "actors/shell.hpp"

#include <algorithm>
#include <utility>

namespace ringmaster::actors {

catalogue_actor::behavior_type
catalogue_shell::start(const environment* with, journal_actor journal, projector_actor projector) {
  end_process_on_exception(self_);
  with_ = with;
  journal_ = std::move(journal);
  projector_ = std::move(projector);
  return {
    [this](catalogue_request& request) { return record(request); },
  };
}

caf::result<receipt> catalogue_shell::record(catalogue_request& request) {
  auto version = with_->library->look().version_of(request.stream);
  auto seen = request.origin.seen_version;
  if (seen && *seen != version)
    return caf::make_error(domain::refusal::version_changed);
  if (auto why = judge(request, version))
    return caf::make_error(*why);
  append_request append{
    .what =
      {.stream = request.stream,
       .expected_version = version,
       .events = {std::move(request.event)},
       .actor = std::move(request.origin.actor),
       .correlation = request.origin.correlation,
       .request = std::move(request.origin.request)},
    .results = {}};
  auto promise = self_->make_response_promise<receipt>();
  self_->request(journal_, caf::infinite, std::move(append))
    .await(
      [this, promise](const receipt& at) {
        self_->request(projector_, caf::infinite, await_position{at.last_position})
          .await([promise, at](views_reached) mutable { promise.deliver(at); });
      },
      [promise](caf::error& why) mutable { promise.deliver(std::move(why)); });
  return promise;
}

std::optional<domain::refusal>
catalogue_shell::judge(const catalogue_request& request, std::uint64_t version) const {
  if (const auto* key = std::get_if<events::api_key_created>(&request.event))
    return with_->library->look().has_api_key_named(key->name)
             ? std::optional{domain::refusal::name_taken}
             : std::nullopt;
  if (const auto* revocation = std::get_if<events::api_key_revoked>(&request.event)) {
    auto key = with_->library->look().api_key(revocation->key);
    return key && !key->revoked_at ? std::nullopt : std::optional{domain::refusal::not_found};
  }
  if (const auto* erasure = std::get_if<events::contact_list_row_erased>(&request.event)) {
    auto list = with_->library->look().list(erasure->list);
    bool known = list && erasure->row >= 1 && erasure->row <= list->list.rows;
    return known ? std::nullopt : std::optional{domain::refusal::not_found};
  }
  bool creates_webhook = std::holds_alternative<events::webhook_created>(request.event);
  if (request.stream.kind == events::stream_kind::webhook && !creates_webhook) {
    auto webhook = with_->library->look().webhook({request.stream.id});
    return webhook && !webhook->removed ? std::nullopt : std::optional{domain::refusal::not_found};
  }
  const auto* removal = std::get_if<events::trunk_removed>(&request.event);
  if (removal == nullptr)
    return version == 0 ? std::nullopt : std::optional{domain::refusal::already_exists};
  auto look = with_->library->look();
  auto trunk = look.trunk(removal->trunk);
  if (!trunk || trunk->removed)
    return domain::refusal::not_found;
  auto running = look.running_campaigns();
  bool in_use = std::ranges::any_of(running, [&](events::campaign_id id) {
    auto campaign = look.campaign(id);
    return campaign && campaign->state.trunk == removal->trunk;
  });
  return in_use ? std::optional{domain::refusal::trunk_in_use} : std::nullopt;
}

catalogue_actor::behavior_type catalogue(
  catalogue_actor::stateful_pointer<catalogue_shell> self,
  const environment* with,
  journal_actor journal,
  projector_actor projector) {
  return self->state.start(with, std::move(journal), std::move(projector));
}

} // namespace ringmaster::actors
