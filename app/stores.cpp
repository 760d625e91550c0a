#include "app/stores.hpp"

#include "actors/projector_actor.hpp"
#include "projections/library.hpp"
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
  auto last_told = std::uint64_t{0};
  actors::catch_up(*of.journal, *of.views, [&](std::uint64_t position, std::uint64_t head) {
    if (position - last_told < 500'000)
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
  auto journal = store::journal::open(data / "journal", options);
  if (auto* why = std::get_if<std::string>(&journal))
    return "journal: " + *why;
  all.journal = std::get<std::unique_ptr<store::journal>>(std::move(journal));
  auto vault = store::vault::open(data / "vault");
  if (auto* why = std::get_if<std::string>(&vault))
    return "vault: " + *why;
  all.vault = std::get<std::unique_ptr<store::vault>>(std::move(vault));
  auto views = store::open_views(data / "views");
  if (auto* why = std::get_if<std::string>(&views))
    return "views: " + *why;
  all.views = std::get<std::unique_ptr<store::key_value>>(std::move(views));
  bring_up_to_date(all);
  return all;
}

} // namespace ringmaster::app
