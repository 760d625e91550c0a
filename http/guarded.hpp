#pragma once

#include "http/message.hpp"
#include "http/services.hpp"

#include <exception>
#include <optional>
#include <string>
#include <type_traits>

namespace ringmaster::http {

/// To be called where something was caught: tells the server's log what it was,
/// under the request's name.
inline void complain(const services& with, std::uint64_t correlation) {
  std::string what = "something that is no exception was thrown";
  try {
    throw;
  } catch (const std::exception& it) {
    what = it.what();
  } catch (...) {
    // `what` says it.
  }
  with.log(severity::error, what, correlation);
}

/// What `work` gives; nothing if it throws, which is logged. For all that runs
/// on threads which other requests need too: a request that goes wrong must
/// cost no more than itself.
template <class Work>
[[nodiscard]] std::optional<std::invoke_result_t<Work&>>
guarded(const services& with, std::uint64_t correlation, Work work) {
  try {
    return work();
  } catch (...) {
    complain(with, correlation);
    return std::nullopt;
  }
}

/// The same for an answer, which then is a 500 that tells the client no more.
template <class Work>
[[nodiscard]] outgoing safely(const services& with, std::uint64_t correlation, Work work) {
  auto answer = guarded(with, correlation, std::move(work));
  return answer ? *std::move(answer) : render(internal_error());
}

} // namespace ringmaster::http
