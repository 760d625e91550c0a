#pragma once

#include "store/key_value.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ringmaster::test {

/// Ordered bytes in memory, for tests of what stands on them. A write under a
/// snapshot that is still held copies everything. For one thread.
class memory_key_value : public store::key_value {
public:
  using table = std::map<std::string, std::string, std::less<>>;

  [[nodiscard]] std::unique_ptr<snapshot> look() const override {
    return std::make_unique<frozen>(rows_);
  }

  void write(const store::key_value_batch& batch) override {
    if (rows_.use_count() > 1)
      rows_ = std::make_shared<table>(*rows_);
    for (const auto& it : batch.changes) {
      if (it.value)
        rows_->insert_or_assign(it.key, *it.value);
      else
        rows_->erase(it.key);
    }
  }

  void clear() override { rows_ = std::make_shared<table>(); }

  [[nodiscard]] const table& rows() const { return *rows_; }

  /// As they are now, whatever is written from here on; for `restore`.
  [[nodiscard]] std::shared_ptr<const table> keep() const { return rows_; }
  void restore(const table& kept) { rows_ = std::make_shared<table>(kept); }

private:
  class frozen : public snapshot {
  public:
    explicit frozen(std::shared_ptr<const table> rows) : rows_{std::move(rows)} {}

    [[nodiscard]] std::optional<std::string> get(std::string_view key) const override {
      auto found = rows_->find(key);
      return found == rows_->end() ? std::nullopt : std::optional{found->second};
    }

    void scan(std::string_view prefix, std::string_view from, const visitor& visit) const override {
      auto it = rows_->lower_bound(from.empty() ? prefix : from);
      for (; it != rows_->end() && it->first.starts_with(prefix); ++it) {
        if (!visit(it->first, it->second))
          return;
      }
    }

    void scan_back(
      std::string_view prefix, std::string_view before, const visitor& visit) const override {
      auto it = before.empty() ? end_of(prefix) : rows_->lower_bound(before);
      while (it != rows_->begin()) {
        --it;
        if (!it->first.starts_with(prefix) || !visit(it->first, it->second))
          return;
      }
    }

  private:
    [[nodiscard]] table::const_iterator end_of(std::string_view prefix) const {
      auto it = rows_->lower_bound(prefix);
      while (it != rows_->end() && it->first.starts_with(prefix))
        ++it;
      return it;
    }

    std::shared_ptr<const table> rows_;
  };

  std::shared_ptr<table> rows_ = std::make_shared<table>();
};

} // namespace ringmaster::test
