// The policies of a campaign, as clients write them.
#pragma once

#include "events/policy.hpp"
#include "http/json_reader.hpp"

namespace ringmaster::http {

/// Each reads the object at JSON pointer `at`.
[[nodiscard]] events::schedule
read_schedule(const json& from, const std::string& at, events::instant now, faults& wrong);
[[nodiscard]] events::retry_policy
read_retry(const json& from, const std::string& at, faults& wrong);
[[nodiscard]] events::breaker_policy
read_breaker(const json& from, const std::string& at, faults& wrong);

/// Where nothing is said of retries: one attempt.
[[nodiscard]] events::retry_policy no_retries();

} // namespace ringmaster::http
