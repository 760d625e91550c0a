#include "projections/keys.hpp"

namespace ringmaster::projections::keys {

std::uint64_t last_number(std::string_view key, std::size_t bytes) {
  std::uint64_t number = 0;
  for (auto letter : key.substr(key.size() - bytes))
    number = number << 8 | static_cast<unsigned char>(letter);
  return number;
}

} // namespace ringmaster::projections::keys
