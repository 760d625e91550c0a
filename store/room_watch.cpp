#include "store/room_watch.hpp"

#include <system_error>
#include <utility>

namespace ringmaster::store {

namespace {

/// How much may be written before the disk's free space is looked at again.
constexpr std::uint64_t bytes_between_looks = 64ULL << 20;
constexpr unsigned batches_between_looks = 256; // others write to the disk too

} // namespace

room_watch::room_watch(std::filesystem::path directory, std::uint64_t reserve_bytes)
  : directory_{std::move(directory)}, reserve_bytes_{reserve_bytes} {}

bool room_watch::has_room() {
  if (has_room_ && bytes_ < bytes_between_looks && batches_ < batches_between_looks)
    return true;
  std::error_code cannot_tell;
  auto space = std::filesystem::space(directory_, cannot_tell);
  has_room_ = cannot_tell || space.available >= reserve_bytes_;
  bytes_ = 0;
  batches_ = 0;
  return has_room_;
}

void room_watch::written(std::uint64_t bytes) {
  bytes_ += bytes;
  ++batches_;
}

} // namespace ringmaster::store
