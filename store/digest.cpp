#include "store/digest.hpp"

#include "store/chain.hpp"
#include "store/hex.hpp"
#include "store/rocks.hpp"

namespace ringmaster::store {

rows_digest digest(const key_value& of) {
  rows_digest found;
  chain_hasher hasher;
  chain_hash hash{};
  std::string row;
  of.look()->scan("", "", [&](std::string_view key, std::string_view value) {
    row.clear();
    rocks::append_big_endian(row, std::uint64_t{key.size()});
    row.append(key).append(value);
    hash = hasher.next(hash, row);
    ++found.rows;
    return true;
  });
  found.sha256 = to_hex(hash);
  return found;
}

} // namespace ringmaster::store
