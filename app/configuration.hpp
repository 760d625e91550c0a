#pragma once

#include "app/log.hpp"
#include "http/server.hpp"
#include "telephony/simulated.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace ringmaster::app {

/// What `ringmaster serve` was told by flags, environment and file.
struct configuration {
  std::filesystem::path data = "var";
  http::server_options http;
  /// The log's heads are signed with it; made at the first start. Empty: in `data`.
  std::filesystem::path signing_key;

  [[nodiscard]] std::filesystem::path signing_key_file() const {
    return signing_key.empty() ? data / "signing_key.pem" : signing_key;
  }

  /// The secrets of trunks and webhooks are sealed with it; made at the first start.
  /// Empty: in `data`.
  std::filesystem::path secrets_key;

  [[nodiscard]] std::filesystem::path secrets_key_file() const {
    return secrets_key.empty() ? data / "secrets.key" : secrets_key;
  }
  [[nodiscard]] std::filesystem::path secrets_directory() const {
    return data / "vault" / "secrets";
  }

  /// Webhooks and pre-dial hooks may lead into our own network.
  bool webhooks_allow_private_addresses = false;

  /// Where carriers and voice agents reach the gateway, as in https://calls.example.org.
  /// Empty: they do not, and there is nothing but what needs no callback.
  std::string public_base_url;

  /// May ask loopback and private addresses: a carrier or an agent of one's own.
  bool carriers_allow_private_addresses = false;

  /// Results of a call are taken for so long after its end; an opt-out always is.
  std::uint32_t results_accepted_hours = 24;

  /// JSON file with what campaigns have where a client does not say; empty: none.
  std::filesystem::path campaign_defaults;

  /// Engine seconds per real second; other than 1 is for the simulated carrier.
  double time_factor = 1.0;
  std::uint64_t reserve_megabytes = 256;
  log_options log;
};

} // namespace ringmaster::app
