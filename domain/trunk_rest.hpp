// How long a trunk rests that said "not now".
#pragma once

#include "events/time.hpp"

#include <chrono>
#include <optional>

namespace ringmaster::domain {

/// A rest is as long as the carrier asks; twice as long as the one before if the
/// carrier says so again when that has hardly passed, up to a limit. Once the
/// trunk has worked for as long as it rested, all is as before.
class trunk_rest {
public:
  static constexpr auto shortest = std::chrono::seconds{1};
  static constexpr auto longest = std::chrono::minutes{1}; // unless the carrier asks for more

  /// The carrier said "not now, in `asked`". Whatever is said during a rest comes
  /// of calls placed before it, and lengthens none.
  void begin(events::duration asked, events::instant now);

  /// Nothing: it does not rest.
  [[nodiscard]] std::optional<events::instant> until(events::instant now) const;

private:
  events::instant until_{};
  events::duration length_{};
};

} // namespace ringmaster::domain
