#include "projections/refold.hpp"

#include <utility>

namespace ringmaster::projections {

namespace {

constexpr std::size_t batch_size = 4'096;

} // namespace

refold::refold(store::key_value& rows, std::string generation, hash_lookup hash_at)
  : fold_{rows}, generation_{std::move(generation)}, hash_at_{std::move(hash_at)} {}

std::uint64_t refold::add(events::envelope&& it) {
  batch_.push_back(std::move(it));
  if (batch_.size() < batch_size)
    return 0;
  auto position = batch_.back().position;
  write();
  return position;
}

void refold::finish() {
  if (!batch_.empty())
    write();
}

void refold::write() {
  auto position = batch_.back().position;
  fold_.fold(
    batch_,
    {.position = position,
     .chain_hash = hash_at_(position),
     .generation = generation_,
     .format = views_format});
  batch_.clear();
}

} // namespace ringmaster::projections
