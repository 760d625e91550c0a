// Who takes connections and goes at the worst moment.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility> // asio 1.74 uses std::exchange without it

namespace ringmaster::test {

/// Listens on 127.0.0.1, answers nothing but the first few OPTIONS, and resets a connection
/// once an INVITE came over it. Speaks TLS if it is given a certificate.
class deserter {
public:
  /// `home` holds `cafile.pem` and `key.pem`; empty: no TLS.
  explicit deserter(const std::filesystem::path& home = {}, int answers = 0);
  ~deserter();
  deserter(const deserter&) = delete;
  deserter& operator=(const deserter&) = delete;

  /// "127.0.0.1:5060"
  [[nodiscard]] std::string address() const;
  [[nodiscard]] int invited() const;
  [[nodiscard]] int connections() const;

private:
  class desk;
  std::unique_ptr<desk> desk_;
};

/// A certificate for 127.0.0.1 that vouches for itself: `cafile.pem`, and `key.pem`.
void make_certificate(const std::filesystem::path& home);

} // namespace ringmaster::test
