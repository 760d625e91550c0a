#pragma once

#include "store/outbox.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

namespace ringmaster::test {

/// An outbox in memory that can lose its power. For one thread.
class memory_outbox : public store::outbox {
public:
  void write(std::span<const store::outbox_changes> all) override {
    bool must_last = false;
    for (const auto& it : all) {
      must_last |= !it.only_forgets();
      apply(it);
    }
    if (must_last)
      durable_ = rows_; // a synced write takes those before it along
  }

  /// The power goes: what was not synced may be lost, and all of it is.
  void crash() { rows_ = durable_; }

  [[nodiscard]] std::optional<std::uint64_t> cursor(events::webhook_id of) const override {
    auto found = rows_.cursors.find(of);
    return found == rows_.cursors.end() ? std::nullopt : std::optional{found->second};
  }

  [[nodiscard]] std::vector<events::campaign_id> indebted(events::webhook_id of) const override {
    std::vector<events::campaign_id> all;
    for (const auto& [key, since] : rows_.owed)
      if (std::get<0>(key) == of && (all.empty() || all.back() != std::get<1>(key)))
        all.push_back(std::get<1>(key));
    return all;
  }

  [[nodiscard]] std::optional<store::owed_event>
  first_owed(events::webhook_id of, events::campaign_id campaign) const override {
    auto found = rows_.owed.lower_bound({of, campaign, 0});
    if (found == rows_.owed.end())
      return std::nullopt;
    auto [webhook, owner, position] = found->first;
    if (webhook != of || owner != campaign)
      return std::nullopt;
    return store::owed_event{campaign, position, found->second};
  }

  [[nodiscard]] std::size_t count_owed(events::webhook_id of) const override {
    return static_cast<std::size_t>(std::ranges::count_if(
      rows_.owed, [&](const auto& it) { return std::get<0>(it.first) == of; }));
  }

  [[nodiscard]] std::vector<store::parked_event>
  parked(events::webhook_id of, std::uint64_t after, std::size_t most) const override {
    std::vector<store::parked_event> all;
    for (auto at = rows_.parked.upper_bound({of, after});
         at != rows_.parked.end() && at->first.first == of && all.size() < most;
         ++at)
      all.push_back(at->second);
    return all;
  }

  [[nodiscard]] std::size_t count_parked(events::webhook_id of) const override {
    return static_cast<std::size_t>(
      std::ranges::count_if(rows_.parked, [&](const auto& it) { return it.first.first == of; }));
  }

  void forget(events::webhook_id of) override {
    rows_.cursors.erase(of);
    std::erase_if(rows_.owed, [&](const auto& it) { return std::get<0>(it.first) == of; });
    std::erase_if(rows_.parked, [&](const auto& it) { return it.first.first == of; });
    durable_ = rows_;
  }

  [[nodiscard]] std::string generation() const override { return rows_.generation; }
  void set_generation(const std::string& it) override {
    rows_.generation = it;
    durable_ = rows_;
  }

private:
  struct rows {
    std::string generation;
    std::map<events::webhook_id, std::uint64_t> cursors;
    std::map<std::tuple<events::webhook_id, events::campaign_id, std::uint64_t>, events::instant>
      owed;
    std::map<std::pair<events::webhook_id, std::uint64_t>, store::parked_event> parked;
  };

  void apply(const store::outbox_changes& it) {
    for (const auto& each : it.taken)
      rows_.owed.erase({it.webhook, each.campaign, each.position});
    for (auto position : it.unparked)
      rows_.parked.erase({it.webhook, position});
    for (const auto& each : it.owed)
      rows_.owed[{it.webhook, each.campaign, each.position}] = each.since;
    for (const auto& each : it.parked)
      rows_.parked[{it.webhook, each.position}] = each;
    if (it.cursor)
      rows_.cursors[it.webhook] = *it.cursor;
  }

  rows rows_;
  rows durable_;
};

} // namespace ringmaster::test
