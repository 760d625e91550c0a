// Ed25519 over heads of the log. Keys, statements and signatures are lower-case
// hexadecimal outside of this file, PEM on disk.
#pragma once

#include "events/event.hpp"
#include "store/journal.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

struct evp_pkey_st; // OpenSSL's

namespace ringmaster::store {

/// The private half, of one log. May be used from any thread.
class signing_key {
public:
  /// Reads the PEM file, or makes a new key and writes it there, for the owner's
  /// eyes alone. A text says why not.
  [[nodiscard]] static std::variant<signing_key, std::string>
  load_or_create(const std::filesystem::path& file);

  [[nodiscard]] std::string public_key() const;

  /// The event that says: this was the head of the log of that generation.
  [[nodiscard]] events::head_signed
  sign(const journal_head& head, std::string_view generation) const;

private:
  struct release {
    void operator()(evp_pkey_st* it) const;
  };
  explicit signing_key(std::unique_ptr<evp_pkey_st, release> key) : key_{std::move(key)} {}

  std::unique_ptr<evp_pkey_st, release> key_;
};

/// Whether the signature is that of the key that the event names. Says nothing
/// about whose key that is, nor about the log. Never throws, whatever the bytes.
[[nodiscard]] bool is_well_signed(const events::head_signed& it);

/// What is signed: four lines that any program can put together.
[[nodiscard]] std::string statement_of(const events::head_signed& it);

[[nodiscard]] std::string to_pem(std::string_view public_key);

/// The public key in a PEM file (of a private key too), or why there is none.
struct read_key {
  std::string public_key; // empty: see `trouble`
  std::string trouble;
};
[[nodiscard]] read_key read_public_key(const std::filesystem::path& file);

} // namespace ringmaster::store
