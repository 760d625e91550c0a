#include "tools/replay/folding.hpp"

#include "app/progress_line.hpp"
#include "projections/refold.hpp"
#include "store/views.hpp"
#include "tools/replay/common.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>
#include <utility>

namespace ringmaster::replay {

scratch_views::scratch_views() {
  auto pattern = (std::filesystem::temp_directory_path() / "ringmaster-replay-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr)
    throw trouble{
      "no temporary directory can be made in " + std::filesystem::temp_directory_path().string()};
  directory_ = pattern;
  auto opened = store::open_views(directory_);
  if (const auto* why = std::get_if<std::string>(&opened))
    throw trouble{*why};
  rows_ = std::get<std::unique_ptr<store::key_value>>(std::move(opened));
}

scratch_views::~scratch_views() {
  rows_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

std::optional<store::log_damage> fold(
  const store::log_reader& log,
  std::uint64_t until,
  const store::log_reader::stream_filter& wanted,
  store::key_value& into) {
  projections::refold work{into, log.generation(), [&](std::uint64_t position) {
                             auto hash = log.hash_at(position).value_or(store::chain_hash{});
                             return std::string{hash.begin(), hash.end()};
                           }};
  app::progress_line progress{"folding", std::min(until, log.last_position())};
  auto damage = log.read(1, wanted, [&](events::envelope&& it) {
    if (it.position > until)
      return false;
    progress.show(it.position);
    work.add(std::move(it));
    return true;
  });
  work.finish();
  if (damage && damage->position > until)
    damage.reset();
  return damage;
}

} // namespace ringmaster::replay
