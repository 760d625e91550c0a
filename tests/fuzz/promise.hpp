#pragma once

#include <cstdio>
#include <cstdlib>

namespace ringmaster::test {

/// Ends the process, which libFuzzer takes for a finding and keeps the input of.
inline void promise(bool kept, const char* what) {
  if (kept)
    return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

} // namespace ringmaster::test
