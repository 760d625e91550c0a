#pragma once

#include "events/ids.hpp"
#include "store/secrets.hpp"

#include <map>
#include <string>
#include <utility>

namespace ringmaster::actors {

/// Secrets that a trunk is given with an edit, by their names. Put aside before the
/// edit is recorded and settled behind it, so that no refusal and no power cut leaves
/// the one without the other. Each blocks for a moment, while the trunk calls nobody.
class new_secrets {
public:
  new_secrets(store::secrets& to, events::trunk_id trunk, std::map<std::string, std::string> values)
    : to_{to}, owner_{to_string(trunk)}, values_{std::move(values)} {}

  void put_aside(std::uint64_t version) const { to_.put_aside(owner_, version, values_); }
  void settle(std::uint64_t reached) const { to_.settle(owner_, reached); }

private:
  store::secrets& to_;
  std::string owner_;
  std::map<std::string, std::string> values_;
};

} // namespace ringmaster::actors
