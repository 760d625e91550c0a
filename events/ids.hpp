// The names of things. A number inside (eight bytes in a key, sorted by time
// of creation), a short word outside: `cmp_01h7x3k9q2zt`.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::events {

/// `Tag` gives the prefix and keeps one kind of id from passing for another.
/// Zero names nothing.
template <class Tag>
struct id {
  std::uint64_t value = 0;

  explicit operator bool() const { return value != 0; }
  friend auto operator<=>(const id&, const id&) = default;
};

struct campaign_tag {
  static constexpr std::string_view prefix = "cmp_";
};
struct contact_list_tag {
  static constexpr std::string_view prefix = "lst_";
};
struct workflow_tag {
  static constexpr std::string_view prefix = "wfl_";
};
struct trunk_tag {
  static constexpr std::string_view prefix = "trk_";
};

struct api_key_tag {
  static constexpr std::string_view prefix = "key_";
};

struct webhook_tag {
  static constexpr std::string_view prefix = "whk_";
};

using campaign_id = id<campaign_tag>;
using contact_list_id = id<contact_list_tag>;
using workflow_id = id<workflow_tag>;
using trunk_id = id<trunk_tag>;
using api_key_id = id<api_key_tag>;
using webhook_id = id<webhook_tag>;

/// One row of a list in one campaign. Rows count from 1.
struct contact_key {
  campaign_id campaign;
  std::uint32_t row = 0;

  friend auto operator<=>(const contact_key&, const contact_key&) = default;
};

/// One try to reach a contact: the call id that the carrier is given, the
/// idempotency key and the run id. Attempts count from 1.
struct attempt_key {
  campaign_id campaign;
  std::uint32_t row = 0;
  std::uint32_t attempt = 0;

  [[nodiscard]] contact_key contact() const { return {campaign, row}; }
  friend auto operator<=>(const attempt_key&, const attempt_key&) = default;
};

/// Twelve digits of Crockford's base 32, lower case: 60 bits, fixed width, so
/// that text sorts as the numbers do.
[[nodiscard]] std::string to_base32(std::uint64_t value);
[[nodiscard]] std::optional<std::uint64_t> from_base32(std::string_view text);

template <class Tag>
[[nodiscard]] std::string to_string(id<Tag> it) {
  return std::string{Tag::prefix} + to_base32(it.value);
}

template <class Tag>
[[nodiscard]] std::optional<id<Tag>> parse_id(std::string_view text) {
  if (!text.starts_with(Tag::prefix))
    return std::nullopt;
  auto value = from_base32(text.substr(Tag::prefix.size()));
  if (!value || *value == 0)
    return std::nullopt;
  return id<Tag>{*value};
}

/// `cmp_01h7x3k9q2zt.17.2`: campaign, row, attempt.
[[nodiscard]] std::string to_string(const attempt_key& it);
[[nodiscard]] std::optional<attempt_key> parse_attempt_key(std::string_view text);

} // namespace ringmaster::events

template <class Tag>
struct std::hash<ringmaster::events::id<Tag>> {
  std::size_t operator()(ringmaster::events::id<Tag> it) const noexcept {
    return std::hash<std::uint64_t>{}(it.value);
  }
};

template <>
struct std::hash<ringmaster::events::contact_key> {
  std::size_t operator()(const ringmaster::events::contact_key& it) const noexcept {
    return std::hash<std::uint64_t>{}(it.campaign.value ^ (it.row * 0x9e3779b97f4a7c15ULL));
  }
};
