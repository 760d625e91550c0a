#pragma once

#include <rapidcheck.h>

namespace ringmaster::test {

/// From `first` to just below `end`, all as likely. Left alone, RapidCheck
/// begins with small ranges, and the first cases would all take the first path.
template <class T>
T any_between(T first, T end) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(first, end));
}

} // namespace ringmaster::test
