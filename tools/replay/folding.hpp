// Views folded afresh from the log, on disk and only for as long as they are looked at.
#pragma once

#include "projections/library.hpp"
#include "store/key_value.hpp"
#include "store/log_reader.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

namespace ringmaster::replay {

/// Empty views in a directory of their own below the system's temporary one.
/// Gone with the object. Throws `trouble`.
class scratch_views {
public:
  scratch_views();
  ~scratch_views();
  scratch_views(const scratch_views&) = delete;
  scratch_views& operator=(const scratch_views&) = delete;

  [[nodiscard]] store::key_value& rows() { return *rows_; }
  [[nodiscard]] projections::library_view look() const {
    return projections::library{*rows_}.look();
  }

private:
  std::filesystem::path directory_;
  std::unique_ptr<store::key_value> rows_;
};

/// Folds the log up to and with `until`; of the streams alone that `wanted` says
/// yes to, if there is a `wanted`. Gives the damage that ended it early.
[[nodiscard]] std::optional<store::log_damage> fold(
  const store::log_reader& log,
  std::uint64_t until,
  const store::log_reader::stream_filter& wanted,
  store::key_value& into);

} // namespace ringmaster::replay
