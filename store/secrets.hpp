// Passwords, tokens and keys of trunks and webhooks: written and used, never shown.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringmaster::store {

/// A secret belongs to an owner, named by its id (`trk_…`, or a webhook's), and has a
/// name of its own, as in `auth_token`. In the vault's directory each is a file,
/// sealed with a key that lies elsewhere and that no backup holds.
///
/// Thread safe. An I/O error ends the process (`fatal`).
class secrets {
public:
  /// The first start makes the key. A text says what is wrong: secrets whose key is
  /// not there, say, and what an operator can do.
  [[nodiscard]] static std::variant<std::unique_ptr<secrets>, std::string>
  open(const std::filesystem::path& directory, const std::filesystem::path& key_file);
  ~secrets();

  /// Lower-case letters, digits and `_`, at most 64.
  [[nodiscard]] static bool is_name(std::string_view text);

  /// On return it is on disk, in place of what bore the name. `name` must be one.
  void put(std::string_view owner, std::string_view name, std::string_view value);

  [[nodiscard]] std::optional<std::string>
  find(std::string_view owner, std::string_view name) const;

  /// A key of the server's own, always the same as long as the sealing key is.
  [[nodiscard]] std::string own_key(std::string_view purpose) const;

  /// Sorted.
  [[nodiscard]] std::vector<std::string> names_of(std::string_view owner) const;

  /// New values that go with the event by which their owner's stream gets `version`,
  /// to be written after them. On return they are on disk, and not in use: `find` and
  /// `names_of` know nothing of them until they are settled.
  void put_aside(
    std::string_view owner,
    std::uint64_t version,
    const std::map<std::string, std::string>& values);
  /// What was put aside for a version that the stream has reached is in use from now
  /// on, in place of what bore the names; the rest is dropped, for its event is not on
  /// record.
  void settle(std::string_view owner, std::uint64_t reached);
  /// Likewise of every owner, whose version `reached` tells: a power cut came between.
  /// Call before anything is written to their streams.
  void settle_all(const std::function<std::uint64_t(const std::string& owner)>& reached);

  /// All of the owner's.
  void forget(std::string_view owner);

  /// Those of every owner whom `known` does not know: a power cut came between a
  /// secret and the event that tells of its owner. Call before serving.
  void sweep(const std::function<bool(const std::string& owner)>& known);

private:
  struct state;
  explicit secrets(std::unique_ptr<state> made);
  std::unique_ptr<state> state_;
};

/// How many secrets lie in that directory.
[[nodiscard]] std::size_t count_secrets(const std::filesystem::path& directory);

/// Why `secrets::open` would refuse, if it would. Changes nothing.
[[nodiscard]] std::optional<std::string>
trouble_with_secrets(const std::filesystem::path& directory, const std::filesystem::path& key_file);

} // namespace ringmaster::store
