// Web pages of other origins that ask us (CORS). Off unless the operator names
// origins; keys are sent in headers, so no page is trusted for a cookie's sake.
#pragma once

#include "http/message.hpp"

#include <string>
#include <vector>

namespace ringmaster::http {

/// Whether browsers call a page's origin so: scheme, host and perhaps a port, small
/// letters, nothing behind.
[[nodiscard]] bool is_origin(const std::string& text);

/// The request's origin if it is one of `allowed`; empty: none of them asks.
[[nodiscard]] std::string
allowed_origin_of(const incoming& request, const std::vector<std::string>& allowed);

/// A browser that asks beforehand whether its page may.
[[nodiscard]] bool is_preflight(const incoming& request);
[[nodiscard]] outgoing answer_preflight();

} // namespace ringmaster::http
