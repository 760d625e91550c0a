// Where each row lives: a letter for the kind, then numbers, big-endian, so
// that order in the store is order in meaning.
#pragma once

#include "domain/contact.hpp"
#include "events/envelope.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace ringmaster::projections::keys {

inline constexpr std::string_view checkpoint = "!";

inline constexpr char campaign_definition = 'D';
inline constexpr char campaign = 'C';
inline constexpr char contact = 'N';
inline constexpr char run = 'R';
inline constexpr char step = 'E';   // of a campaign's own stream
inline constexpr char minute = 'M'; // of a campaign's figures
inline constexpr char due = 'W';
inline constexpr char open = 'O';
inline constexpr char list = 'L';
inline constexpr char workflow = 'F';
inline constexpr char trunk = 'T';
inline constexpr char edited_trunk = 'X';
inline constexpr char removed_trunk = 'U';
inline constexpr char api_key = 'K';
inline constexpr char revoked_api_key = 'J';
inline constexpr char webhook = 'H';
inline constexpr char edited_webhook = 'X'; // its last edit
inline constexpr char removed_webhook = 'Y';
inline constexpr char request = 'Q'; // that its client may send again
inline constexpr char version = 'V'; // of streams that have no row of their own

/// Built without a second allocation: the longest key is 22 bytes.
class builder {
public:
  explicit builder(char kind) {
    key_.reserve(24);
    key_ += kind;
  }

  builder& add(std::uint8_t number) { return put(number, 1); }
  builder& add(std::uint64_t number) { return put(number, 8); }
  builder& add(std::uint32_t number) { return put(number, 4); }

  [[nodiscard]] std::string take() { return std::move(key_); }

private:
  builder& put(std::uint64_t number, int bytes) {
    for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
      key_ += static_cast<char>(number >> shift & 0xff);
    return *this;
  }

  std::string key_;
};

[[nodiscard]] inline std::string of(char kind, std::uint64_t id) {
  return builder{kind}.add(id).take();
}
[[nodiscard]] inline std::string of(char kind, const events::contact_key& it) {
  return builder{kind}.add(it.campaign.value).add(it.row).take();
}
[[nodiscard]] inline std::string of_run(events::campaign_id of_campaign, std::uint64_t position) {
  return builder{run}.add(of_campaign.value).add(position).take();
}
[[nodiscard]] inline std::string of_step(events::campaign_id of_campaign, std::uint64_t position) {
  return builder{step}.add(of_campaign.value).add(position).take();
}
[[nodiscard]] inline std::string
of_due(events::campaign_id of_campaign, const domain::due_contact& it) {
  auto micros = static_cast<std::uint64_t>(it.due_at.time_since_epoch().count());
  auto rank = static_cast<std::uint8_t>(it.first ? 0 : 1);
  return builder{due}.add(of_campaign.value).add(rank).add(micros).add(it.row).take();
}
[[nodiscard]] inline std::string of_version(const events::stream_id& it) {
  return builder{version}.add(static_cast<std::uint32_t>(it.kind)).add(it.id).take();
}

[[nodiscard]] inline std::string of_request(std::string_view key) {
  return std::string{request}.append(key);
}
[[nodiscard]] inline std::string of_minute(events::campaign_id of_campaign, std::uint64_t at) {
  return builder{minute}.add(of_campaign.value).add(at).take();
}

/// The number in the last `bytes` of a key.
[[nodiscard]] std::uint64_t last_number(std::string_view key, std::size_t bytes);

} // namespace ringmaster::projections::keys
