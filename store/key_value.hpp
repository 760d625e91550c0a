// What the views are kept in: ordered bytes, a batch at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringmaster::store {

/// Changes that become visible together. A later change of a key wins.
struct key_value_batch {
  struct change {
    std::string key;
    std::optional<std::string> value; // nothing: erased
  };
  std::vector<change> changes;

  void put(std::string key, std::string value) {
    changes.push_back({std::move(key), std::move(value)});
  }
  void erase(std::string key) { changes.push_back({std::move(key), std::nullopt}); }
};

/// Thread safe; one writer at a time. Disposable: written without a sync, and
/// rebuilt from the log when it does not fit it.
class key_value {
public:
  virtual ~key_value() = default;

  /// What all reads of one query see, whatever is written meanwhile.
  class snapshot {
  public:
    virtual ~snapshot() = default;
    [[nodiscard]] virtual std::optional<std::string> get(std::string_view key) const = 0;
    /// Keys in [from, end of prefix), ascending; `from` must start with
    /// `prefix` or be empty (its beginning). Until `visit` says false.
    using visitor = std::function<bool(std::string_view key, std::string_view value)>;
    virtual void
    scan(std::string_view prefix, std::string_view from, const visitor& visit) const = 0;
    /// Keys in [prefix, before) descending; `before` empty: from the end of the prefix.
    virtual void
    scan_back(std::string_view prefix, std::string_view before, const visitor& visit) const = 0;
  };

  [[nodiscard]] virtual std::unique_ptr<snapshot> look() const = 0;
  virtual void write(const key_value_batch& batch) = 0;
  /// Removes everything.
  virtual void clear() = 0;
};

} // namespace ringmaster::store
