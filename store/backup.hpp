// Copies of the journal and the vault, taken while a server writes them.
#pragma once

#include "events/time.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <variant>

namespace ringmaster::store {

using backup_progress = std::function<void(std::uint64_t position, std::uint64_t last)>;

struct backup_report {
  std::uint64_t position = 0; // of the last event in it
  std::string head;           // its chain hash, in hexadecimal
  std::string generation;     // of the log
  std::uint64_t bytes = 0;
};

/// Copies `data`/journal and `data`/vault into the new directory `to`, as they are
/// at one position: all events up to it, and whatever these name in the vault. The
/// copy is verified event by event. A text says why there is none; nothing is left
/// behind then.
[[nodiscard]] std::variant<backup_report, std::string> back_up(
  const std::filesystem::path& data,
  const std::filesystem::path& to,
  const backup_progress& progress);

struct restore_report {
  backup_report of;           // what was restored
  std::string generation;     // of the log from now on
  std::uint64_t position = 0; // the log's last now
  std::size_t paused_campaigns = 0;
  std::size_t sealed_secrets = 0; // that are of no use without the key they were sealed with
};

/// Makes the new data directory `data` from a backup, which stays as it is. The log
/// gets a new generation, for it will go another way than the one it was taken
/// from: what clients noted of that must not be mixed with this. Campaigns that ran
/// are paused, for nobody knows here whom the other one has called since. `now` is the time
/// of these events, or the log's last if that is later.
[[nodiscard]] std::variant<restore_report, std::string> restore(
  const std::filesystem::path& from,
  const std::filesystem::path& data,
  events::instant now,
  const backup_progress& progress);

} // namespace ringmaster::store
