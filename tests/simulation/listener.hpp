// A client of the live feed who goes and comes through every crash, and keeps
// what he heard.
#pragma once

#include "simulation/auditor.hpp"
#include "simulation/process.hpp"
#include "telephony/dice.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace ringmaster::simulation {

/// Hears what the gateway's live feed would send him: a snapshot, progress now
/// and then, each event once. Holds each message against the log.
class listener {
public:
  listener(events::campaign_id to, std::uint64_t seed, auditor& reports_to)
    : campaign_{to}, dice_{seed, {to, 1, 1}}, auditor_{reports_to} {}

  [[nodiscard]] bool connected() const { return session_ != nullptr; }
  /// Comes back, if it is time to: from where he was, or anew.
  void come(process& to, instant now);
  /// The process is gone.
  void cut() { session_.reset(); }

  /// Nothing that is on disk is missing, when nobody has a message to handle.
  void check(instant now);

private:
  struct session;

  void open(process& to, const http::live_request& wish);
  void pull();
  void hear_event(const std::string& message);
  void hear_progress(const std::string& message);
  void leave(instant now);
  [[nodiscard]] std::uint64_t roll(std::uint64_t sides) { return (dice_.roll() >> 11) % sides; }

  events::campaign_id campaign_;
  telephony::dice dice_;
  auditor& auditor_;
  std::shared_ptr<session> session_;
  bool ever_ = false;
  std::uint64_t heard_ = 0; // all of the campaign's events up to here
  instant comes_at_{};
};

} // namespace ringmaster::simulation
