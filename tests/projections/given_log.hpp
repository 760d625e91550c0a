// A log as the journal would hand it on, and views folded from it.
#pragma once

#include "events/envelope.hpp"
#include "projections/library.hpp"
#include "projections/projection.hpp"
#include "support/memory_key_value.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace ringmaster::test {

inline constexpr events::instant noon{
  std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{12}};

/// Events one second apart, the first a second after noon.
class given_log {
public:
  const events::envelope& add(const events::stream_id& stream, events::event what) {
    log_.push_back(events::envelope{
      .position = log_.size() + 1,
      .stream = stream,
      .version = ++versions_[stream],
      .recorded_at = noon + std::chrono::seconds{log_.size() + 1},
      .actor = "system",
      .event = std::move(what)});
    return log_.back();
  }

  const events::envelope& add(events::campaign_id campaign, const events::campaign_event& what) {
    return add(events::stream_of(campaign), widen(what));
  }

  const events::envelope&
  add(const events::contact_key& contact, const events::contact_event& what) {
    return add(events::stream_of(contact), widen(what));
  }

  [[nodiscard]] std::uint64_t position() const { return log_.size(); }
  [[nodiscard]] std::span<const events::envelope> all() const { return log_; }
  [[nodiscard]] const std::map<events::stream_id, std::uint64_t>& versions() const {
    return versions_;
  }

private:
  template <class Events>
  static events::event widen(const Events& narrow) {
    return std::visit([](const auto& it) { return events::event{it}; }, narrow);
  }

  std::vector<events::envelope> log_;
  std::map<events::stream_id, std::uint64_t> versions_;
};

class folded_views {
public:
  folded_views() = default;
  folded_views(const folded_views&) = delete;
  folded_views& operator=(const folded_views&) = delete;

  /// What the log has beyond the views, as one batch.
  void fold(const given_log& log) { fold(log, log.position()); }

  /// Up to and with `position`.
  void fold(const given_log& log, std::uint64_t position) {
    auto from = projections::read_checkpoint(rows_).position;
    if (position > from)
      projection_->fold(log.all().subspan(from, position - from), checkpoint_at(position));
  }

  void fold_one_by_one(const given_log& log) {
    for (auto next = projections::read_checkpoint(rows_).position; next < log.position();)
      fold(log, ++next);
  }

  /// As another process would go on.
  void restart() { projection_.emplace(rows_); }

  [[nodiscard]] projections::library_view look() const {
    return projections::library{rows_}.look();
  }
  [[nodiscard]] memory_key_value& rows() { return rows_; }

  [[nodiscard]] static projections::checkpoint checkpoint_at(std::uint64_t position) {
    return {
      .position = position,
      .chain_hash = std::string(32, static_cast<char>(position)),
      .generation = "one",
      .format = projections::views_format};
  }

private:
  memory_key_value rows_;
  std::optional<projections::projection> projection_{rows_};
};

// -- events, with what does not matter left out --------------------------------

inline events::campaign_created created(
  events::campaign_id campaign, std::uint32_t contacts, events::campaign_settings settings = {}) {
  return {
    .campaign = campaign,
    .workflow = {7},
    .list = {8},
    .trunk = {9},
    .contacts = contacts,
    .list_sha256 = {},
    .settings = std::move(settings)};
}

inline events::contact_dialed dialed(std::uint32_t attempt, events::instant at = noon) {
  return {.attempt = attempt, .trunk = {9}, .caller_id = "+14155550199", .at = at};
}

inline events::contact_attempt_ended
ended(std::uint32_t attempt, events::outcome how, events::instant at = noon) {
  return {.attempt = attempt, .outcome = how, .cause = {}, .provider_code = {}, .at = at};
}

} // namespace ringmaster::test
