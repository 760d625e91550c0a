#pragma once

#include "http/answer.hpp"
#include "http/asio.hpp"
#include "http/message.hpp"

#include <optional>
#include <variant>

namespace ringmaster::http {

using request_header = wire::request_header<>;

/// The request without its body, or what is wrong with its head. HEAD becomes
/// GET: only the answer differs, in what is left out.
[[nodiscard]] std::variant<incoming, problem>
read_head(const request_header& head, std::uint64_t correlation);

/// What to say to bytes that are no request. Nothing: nobody listens.
[[nodiscard]] std::optional<problem> explain(const failure& why);

[[nodiscard]] problem too_large(std::uint64_t most_bytes);
[[nodiscard]] problem too_many_connections();
[[nodiscard]] problem too_many_from_one_address();
[[nodiscard]] problem too_many_live_feeds();
[[nodiscard]] problem too_many_requests();
/// Why no WebSocket can be opened on this, if so.
[[nodiscard]] std::optional<problem> faulty_upgrade(const request_header& head);

} // namespace ringmaster::http
