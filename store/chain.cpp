#include "store/chain.hpp"

#include "store/fatal.hpp"

#include <openssl/evp.h>

namespace ringmaster::store {

namespace {

void must(int answer) {
  if (answer != 1)
    fatal("hashing the log", "OpenSSL refuses SHA-256");
}

} // namespace

void chain_hasher::release::operator()(evp_md_ctx_st* it) const {
  EVP_MD_CTX_free(it);
}

chain_hasher::chain_hasher() : context_{EVP_MD_CTX_new()} {
  auto* sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  must(EVP_DigestInit_ex2(context_.get(), sha256, nullptr)); // takes a reference of its own
  EVP_MD_free(sha256);
}

chain_hasher::~chain_hasher() = default;

chain_hash chain_hasher::next(const chain_hash& before, std::string_view bytes) {
  chain_hash after;
  // Without a digest named, the context starts again with the one it has.
  must(EVP_DigestInit_ex2(context_.get(), nullptr, nullptr));
  must(EVP_DigestUpdate(context_.get(), before.data(), before.size()));
  must(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()));
  must(EVP_DigestFinal_ex(context_.get(), after.data(), nullptr));
  return after;
}

} // namespace ringmaster::store
