#pragma once

#include "http/channel.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <variant>

namespace ringmaster::http {

/// A server's TLS, 1.2 or newer, with a chain of certificates and its private
/// key from PEM files; or why not.
[[nodiscard]] std::variant<std::shared_ptr<tls_context>, std::string>
load_certificate(const std::string& chain_file, const std::string& key_file);

/// When the certificate in there ends.
[[nodiscard]] std::chrono::system_clock::time_point end_of_certificate(const tls_context& of);

} // namespace ringmaster::http
