#include "actors/catalogue_actor.hpp"

#include "actors/shell.hpp"
#include "projections/folds.hpp"

#include <utility>

namespace ringmaster::actors {

catalogue_actor::behavior_type catalogue_shell::start(
  const environment* with,
  journal_actor journal,
  projector_actor projector,
  switchboard_actor switchboard) {
  end_process_on_exception(self_);
  with_ = with;
  journal_ = std::move(journal);
  projector_ = std::move(projector);
  switchboard_ = std::move(switchboard);
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
  if (std::holds_alternative<events::trunk_edited>(request.event))
    return edit_trunk(request, version);
  auto asker = self_->make_response_promise<receipt>();
  append(request, version, asker);
  return asker;
}

/// The trunk gives out no line while its edit is on its way to the disk: the next
/// one is judged by what was edited.
caf::result<receipt>
catalogue_shell::edit_trunk(catalogue_request& request, std::uint64_t version) {
  const auto& edit = std::get<events::trunk_edited>(request.event);
  auto before = with_->library->look().trunk(edit.trunk).value().trunk;
  if (edit == projections::as_edit(before) && !request.secrets)
    return receipt{.last_position = with_->journal->head().position, .version = version};
  auto asker = self_->make_response_promise<receipt>();
  bool other_provider = edit.settings != before.settings || request.secrets;
  hold_trunk hold{.trunk = edit.trunk, .if_idle = other_provider};
  // `await`, not `then`: the next edit must be judged with this one in.
  self_->request(switchboard_, caf::infinite, hold)
    .await(
      [this, request = std::move(request), version, asker](trunk_held) mutable {
        append(request, version, asker);
      },
      [asker](caf::error& why) mutable { asker.deliver(std::move(why)); });
  return asker;
}

void catalogue_shell::append(
  catalogue_request& request, std::uint64_t version, receipt_promise asker) {
  const auto* edit = std::get_if<events::trunk_edited>(&request.event);
  auto secrets = request.secrets;
  if (secrets)
    secrets->put_aside(version + 1);
  auto release = [this, secrets, trunk = edit ? edit->trunk : events::trunk_id{}] {
    if (trunk)
      self_->send(switchboard_, release_trunk{trunk, secrets != nullptr});
  };
  append_request append{
    .what =
      {.stream = request.stream,
       .expected_version = version,
       .events = {std::move(request.event)},
       .actor = std::move(request.origin.actor),
       .correlation = request.origin.correlation,
       .request = std::move(request.origin.request)},
    .results = {}};
  self_->request(journal_, caf::infinite, std::move(append))
    .await(
      [this, asker, release, secrets](const receipt& at) {
        if (secrets)
          secrets->settle(at.version);
        self_->request(projector_, caf::infinite, await_position{at.last_position})
          .await([asker, release, at](views_reached) mutable {
            release();
            asker.deliver(at);
          });
      },
      [asker, release, secrets, version](caf::error& why) mutable {
        // Of any other trouble nobody knows whether it is written: the next start does.
        if (secrets && (why == append_refusal::conflict || why == append_refusal::busy))
          secrets->settle(version);
        release();
        asker.deliver(std::move(why));
      });
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
  auto look = with_->library->look();
  bool creates_webhook = std::holds_alternative<events::webhook_created>(request.event);
  if (request.stream.kind == events::stream_kind::webhook && !creates_webhook) {
    auto webhook = look.webhook({request.stream.id});
    return webhook && !webhook->removed ? std::nullopt : std::optional{domain::refusal::not_found};
  }
  if (const auto* edit = std::get_if<events::trunk_edited>(&request.event)) {
    auto trunk = look.trunk(edit->trunk);
    return trunk && !trunk->removed ? std::nullopt : std::optional{domain::refusal::not_found};
  }
  const auto* removal = std::get_if<events::trunk_removed>(&request.event);
  if (removal == nullptr)
    return version == 0 ? std::nullopt : std::optional{domain::refusal::already_exists};
  auto trunk = look.trunk(removal->trunk);
  if (!trunk || trunk->removed)
    return domain::refusal::not_found;
  return look.is_in_use(removal->trunk) ? std::optional{domain::refusal::trunk_in_use}
                                        : std::nullopt;
}

catalogue_actor::behavior_type catalogue(
  catalogue_actor::stateful_pointer<catalogue_shell> self,
  const environment* with,
  journal_actor journal,
  projector_actor projector,
  switchboard_actor switchboard) {
  return self->state.start(with, std::move(journal), std::move(projector), std::move(switchboard));
}

} // namespace ringmaster::actors
