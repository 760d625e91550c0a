#pragma once

#include <cstdint>
#include <filesystem>

namespace ringmaster::store {

/// Whether the disk has room for more. Looks at its free space now and then,
/// not with every write.
class room_watch {
public:
  room_watch(std::filesystem::path directory, std::uint64_t reserve_bytes);

  [[nodiscard]] bool has_room();
  void written(std::uint64_t bytes);

private:
  std::filesystem::path directory_;
  std::uint64_t reserve_bytes_;
  bool has_room_ = false;
  std::uint64_t bytes_ = 0; // since the last look
  unsigned batches_ = 0;
};

} // namespace ringmaster::store
