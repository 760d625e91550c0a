#include "app/stores.hpp"

#include "actors/projector_actor.hpp"
#include "projections/library.hpp"
#include "projections/refold.hpp"
#include "store/log_reader.hpp"
#include "store/views.hpp"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace ringmaster::app {

namespace {

/// Numbers and transcripts are nobody's business but ours.
std::optional<std::string> make_private_directory(const std::filesystem::path& path) {
  std::error_code trouble;
  std::filesystem::create_directories(path, trouble);
  if (!trouble)
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, trouble);
  if (trouble)
    return path.string() + ": " + trouble.message();
  return std::nullopt;
}

void bring_up_to_date(stores& of) {
  auto last_told = std::optional<std::uint64_t>{};
  actors::catch_up(*of.journal, *of.views, [&](std::uint64_t position, std::uint64_t head) {
    if (last_told && position - *last_told < 500'000)
      return;
    last_told = position;
    spdlog::info("views: {} of {} events folded", position, head);
  });
  projections::library library{*of.views};
  of.vault->sweep([look = std::make_shared<projections::library_view>(library.look())](
                    events::contact_list_id id) { return look->list(id).has_value(); });
}

} // namespace

std::variant<stores, std::string>
open_stores(const std::filesystem::path& data, const store::journal_options& options) {
  if (auto trouble = make_private_directory(data))
    return *std::move(trouble);
  stores all;
  all.directory = data;
  auto journal = store::journal::open(data / "journal", options);
  if (auto* why = std::get_if<std::string>(&journal))
    return "journal: " + *why;
  all.journal = std::get<std::unique_ptr<store::journal>>(std::move(journal));
  auto vault = store::vault::open(data / "vault");
  if (auto* why = std::get_if<std::string>(&vault))
    return "vault: " + *why;
  all.vault = std::get<std::unique_ptr<store::vault>>(std::move(vault));
  auto answers = store::answer_book::open(data / "vault" / "answers");
  if (auto* why = std::get_if<std::string>(&answers))
    return "answers: " + *why;
  all.answers = std::get<std::unique_ptr<store::answer_book>>(std::move(answers));
  auto outbox = store::open_outbox(data / "vault" / "outbox");
  if (auto* why = std::get_if<std::string>(&outbox))
    return "outbox: " + *why;
  all.outbox = std::get<std::unique_ptr<store::outbox>>(std::move(outbox));
  auto views = store::open_views(data / "views");
  if (auto* why = std::get_if<std::string>(&views))
    return "views: " + *why;
  all.views = std::get<std::unique_ptr<store::key_value>>(std::move(views));
  bring_up_to_date(all);
  return all;
}

std::optional<std::string>
open_secrets(stores& of, const std::filesystem::path& directory, const std::filesystem::path& key) {
  auto opened = store::secrets::open(directory, key);
  if (auto* why = std::get_if<std::string>(&opened))
    return std::move(*why);
  of.secrets = std::get<std::unique_ptr<store::secrets>>(std::move(opened));
  auto look = projections::library{*of.views}.look();
  of.secrets->settle_all([&](const std::string& owner) {
    auto id = events::parse_id<events::trunk_tag>(owner);
    return id ? look.version_of(events::stream_of(*id)) : 0;
  });
  of.secrets->sweep([&](const std::string& owner) {
    if (auto id = events::parse_id<events::trunk_tag>(owner)) {
      auto known = look.trunk(*id);
      return known && !known->removed;
    }
    if (auto id = events::parse_id<events::webhook_tag>(owner)) {
      auto known = look.webhook(*id);
      return known && !known->removed;
    }
    // A draft that is gone may have been cloned, with its hook.
    auto campaign = events::parse_id<events::campaign_tag>(owner);
    return !campaign || look.version_of(events::stream_of(*campaign)) > 0;
  });
  return std::nullopt;
}

std::variant<rebuilt_views, std::string> rebuild_views(
  const std::filesystem::path& data,
  const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  auto opened_log = store::log_reader::open(data / "journal");
  if (auto* why = std::get_if<std::string>(&opened_log))
    return std::move(*why);
  auto& log = *std::get<std::unique_ptr<store::log_reader>>(opened_log);
  auto opened_views = store::open_views(data / "views"); // a server would hold it
  if (auto* why = std::get_if<std::string>(&opened_views))
    return "views: " + *why;
  auto& rows = *std::get<std::unique_ptr<store::key_value>>(opened_views);
  rebuilt_views result{.events = 0, .before = store::digest(rows), .after = {}};
  progress(0, log.last_position());
  rows.clear();
  projections::refold fold{rows, log.generation(), [&](std::uint64_t position) {
                             auto hash = log.hash_at(position).value_or(store::chain_hash{});
                             return std::string{hash.begin(), hash.end()};
                           }};
  auto damage = log.read(1, [&](events::envelope&& it) {
    ++result.events;
    if (auto position = fold.add(std::move(it)))
      progress(position, log.last_position());
    return true;
  });
  fold.finish();
  if (!damage)
    damage = log.lost_end();
  if (damage)
    return "the log is damaged: position " + std::to_string(damage->position) + ' '
           + damage->detail;
  result.after = store::digest(rows);
  return result;
}

} // namespace ringmaster::app
