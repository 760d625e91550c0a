// AES-256-GCM over small texts, with a key that lies in a file.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace ringmaster::store {

/// May be used from any thread.
class sealing_key {
public:
  /// A text says why there is none.
  [[nodiscard]] static std::variant<sealing_key, std::string>
  load(const std::filesystem::path& file);

  /// Makes a new one and writes it there, for the owner's eyes alone; replaces nothing.
  [[nodiscard]] static std::variant<sealing_key, std::string>
  create(const std::filesystem::path& file);

  /// Tells keys apart and says nothing about them; eight bytes.
  [[nodiscard]] const std::string& mark() const { return mark_; }

  /// `bound_to` must be given again to open it: what was sealed as one thing can't
  /// be passed off as another.
  [[nodiscard]] std::string seal(std::string_view text, std::string_view bound_to) const;

  /// Nothing if these bytes were sealed otherwise, or are damaged.
  [[nodiscard]] std::optional<std::string>
  open(std::string_view sealed, std::string_view bound_to) const;

  /// A key for another purpose, always the same; says nothing about this one.
  [[nodiscard]] std::string derived(std::string_view purpose) const;

private:
  using bytes = std::array<unsigned char, 32>;
  explicit sealing_key(const bytes& key);

  bytes key_;
  std::string mark_;
};

/// The mark of the key that sealed this; empty if it was cut short.
[[nodiscard]] std::string_view mark_of_seal(std::string_view sealed);

} // namespace ringmaster::store
