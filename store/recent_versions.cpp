#include "store/recent_versions.hpp"

namespace ringmaster::store {

std::optional<std::uint64_t> recent_versions::find(const events::stream_id& stream) const {
  auto found = entries_.find(stream);
  return found == entries_.end() ? std::nullopt : std::optional{found->second.version};
}

void recent_versions::set(
  const events::stream_id& stream, std::uint64_t version, std::uint64_t position) {
  entries_.insert_or_assign(stream, entry{version, position});
  writes_.push_back({position, stream});
}

void recent_versions::forget_up_to(std::uint64_t position) {
  for (; !writes_.empty() && writes_.front().position <= position; writes_.pop_front()) {
    auto found = entries_.find(writes_.front().stream);
    if (found != entries_.end() && found->second.position <= position)
      entries_.erase(found);
  }
}

} // namespace ringmaster::store
