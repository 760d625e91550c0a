// What ties each event of the log to all before it.
#pragma once

#include <array>
#include <memory>
#include <string_view>

struct evp_md_ctx_st; // OpenSSL's

namespace ringmaster::store {

using chain_hash = std::array<unsigned char, 32>;

/// Computes SHA-256(hash of the event before || stored bytes of this one). The
/// hash before the first event is all zeros. For one thread; keeps what OpenSSL
/// would look up anew for each hash.
class chain_hasher {
public:
  chain_hasher();
  ~chain_hasher();

  [[nodiscard]] chain_hash next(const chain_hash& before, std::string_view bytes);

private:
  struct release {
    void operator()(evp_md_ctx_st* it) const;
  };
  std::unique_ptr<evp_md_ctx_st, release> context_;
};

} // namespace ringmaster::store
