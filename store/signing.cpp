#include "store/signing.hpp"

#include "store/fatal.hpp"
#include "store/files.hpp"
#include "store/hex.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace ringmaster::store {

namespace {

constexpr std::size_t key_bytes = 32;
constexpr std::size_t signature_bytes = 64;

struct closer {
  void operator()(std::FILE* it) const { std::fclose(it); }
  void operator()(EVP_PKEY* it) const { EVP_PKEY_free(it); }
  void operator()(EVP_MD_CTX* it) const { EVP_MD_CTX_free(it); }
  void operator()(BIO* it) const { BIO_free(it); }
};
using file_ptr = std::unique_ptr<std::FILE, closer>;
using key_ptr = std::unique_ptr<EVP_PKEY, closer>;
using context_ptr = std::unique_ptr<EVP_MD_CTX, closer>;

void must(int answer, std::string_view what) {
  if (answer != 1)
    fatal(what, "OpenSSL refuses Ed25519");
}

std::string text_in(BIO* memory) {
  char* text = nullptr;
  auto size = BIO_get_mem_data(memory, &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string public_half(EVP_PKEY* key) {
  std::array<unsigned char, key_bytes> raw{};
  auto size = raw.size();
  if (
    EVP_PKEY_id(key) != EVP_PKEY_ED25519
    || EVP_PKEY_get_raw_public_key(key, raw.data(), &size) != 1)
    return {};
  return to_hex(raw);
}

key_ptr public_key_of(std::string_view hex) {
  std::array<unsigned char, key_bytes> raw{};
  if (!from_hex(hex, raw))
    return nullptr;
  return key_ptr{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size())};
}

std::string private_pem(EVP_PKEY* key) {
  std::unique_ptr<BIO, closer> out{BIO_new(BIO_s_secmem())};
  must(
    PEM_write_bio_PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr), "a key's PEM");
  return text_in(out.get());
}

} // namespace

void signing_key::release::operator()(evp_pkey_st* it) const {
  EVP_PKEY_free(it);
}

std::variant<signing_key, std::string>
signing_key::load_or_create(const std::filesystem::path& file) {
  if (file_ptr in{std::fopen(file.c_str(), "rb")}) {
    key_ptr key{PEM_read_PrivateKey(in.get(), nullptr, nullptr, nullptr)};
    if (!key || EVP_PKEY_id(key.get()) != EVP_PKEY_ED25519)
      return file.string() + ": not an Ed25519 private key in PEM";
    return signing_key{std::unique_ptr<evp_pkey_st, release>{key.release()}};
  }
  if (errno != ENOENT)
    return file.string() + ": " + std::system_category().message(errno);
  std::unique_ptr<evp_pkey_st, release> made{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
  must(made != nullptr, "making a signing key");
  if (auto trouble = write_private(file, private_pem(made.get())); !trouble.empty())
    return trouble;
  return signing_key{std::move(made)};
}

std::string signing_key::public_key() const {
  return public_half(key_.get());
}

events::head_signed signing_key::sign(const journal_head& head, std::string_view generation) const {
  events::head_signed it{
    .position = head.position,
    .hash = to_hex(head.hash),
    .generation = std::string{generation},
    .public_key = public_key(),
    .signature = {}};
  auto statement = statement_of(it);
  context_ptr context{EVP_MD_CTX_new()};
  std::array<unsigned char, signature_bytes> raw{};
  auto size = raw.size();
  must(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()), "signing a head");
  must(
    EVP_DigestSign(
      context.get(),
      raw.data(),
      &size,
      reinterpret_cast<const unsigned char*>(statement.data()),
      statement.size()),
    "signing a head");
  it.signature = to_hex(raw);
  return it;
}

bool is_well_signed(const events::head_signed& it) {
  auto key = public_key_of(it.public_key);
  std::array<unsigned char, signature_bytes> signature{};
  if (!key || !from_hex(it.signature, signature))
    return false;
  auto statement = statement_of(it);
  context_ptr context{EVP_MD_CTX_new()};
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1
         && EVP_DigestVerify(
              context.get(),
              signature.data(),
              signature.size(),
              reinterpret_cast<const unsigned char*>(statement.data()),
              statement.size())
              == 1;
}

std::string statement_of(const events::head_signed& it) {
  return "ringmaster head 1\n" + it.generation + '\n' + std::to_string(it.position) + '\n' + it.hash
         + '\n';
}

std::string to_pem(std::string_view public_key) {
  auto key = public_key_of(public_key);
  std::unique_ptr<BIO, closer> out{BIO_new(BIO_s_mem())};
  if (!key || PEM_write_bio_PUBKEY(out.get(), key.get()) != 1)
    return {};
  return text_in(out.get());
}

read_key read_public_key(const std::filesystem::path& file) {
  file_ptr in{std::fopen(file.c_str(), "rb")};
  if (!in)
    return {{}, file.string() + ": " + std::system_category().message(errno)};
  key_ptr key{PEM_read_PUBKEY(in.get(), nullptr, nullptr, nullptr)};
  if (!key) {
    std::rewind(in.get());
    key.reset(PEM_read_PrivateKey(in.get(), nullptr, nullptr, nullptr));
  }
  auto found = key ? public_half(key.get()) : std::string{};
  return {found, found.empty() ? file.string() + ": not an Ed25519 key in PEM" : std::string{}};
}

} // namespace ringmaster::store
