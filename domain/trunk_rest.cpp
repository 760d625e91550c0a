#include "domain/trunk_rest.hpp"

#include <algorithm>

namespace ringmaster::domain {

void trunk_rest::begin(events::duration asked, events::instant now) {
  asked = std::max<events::duration>(asked, shortest);
  if (now < until_) {
    until_ = std::max(until_, now + asked);
    return;
  }
  bool again = now < until_ + length_;
  auto doubled = std::min<events::duration>(length_ * 2, longest);
  length_ = again ? std::max(doubled, asked) : asked;
  until_ = now + length_;
}

std::optional<events::instant> trunk_rest::until(events::instant now) const {
  return now < until_ ? std::optional{until_} : std::nullopt;
}

} // namespace ringmaster::domain
