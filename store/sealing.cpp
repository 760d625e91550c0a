#include "store/sealing.hpp"

#include "store/fatal.hpp"
#include "store/files.hpp"
#include "store/hex.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>

namespace ringmaster::store {

namespace {

// What is sealed: a byte for the format, the key's mark, the nonce, the tag, and
// the text behind them, as long as it was.
constexpr char format = 1;
constexpr std::size_t mark_bytes = 8;
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t nonce_at = 1 + mark_bytes;
constexpr std::size_t tag_at = nonce_at + nonce_bytes;
constexpr std::size_t text_at = tag_at + tag_bytes;

struct release {
  void operator()(EVP_CIPHER_CTX* it) const { EVP_CIPHER_CTX_free(it); }
};
using context_ptr = std::unique_ptr<EVP_CIPHER_CTX, release>;

void must(int answer, std::string_view what) {
  if (answer != 1)
    fatal(what, "OpenSSL refuses AES-256-GCM");
}

const unsigned char* raw(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(char* text) {
  return reinterpret_cast<unsigned char*>(text);
}

/// Ready for the text: key and nonce are set, what it is bound to is hashed in.
context_ptr begin(
  bool sealing, const unsigned char* key, const unsigned char* nonce, std::string_view bound_to) {
  context_ptr it{EVP_CIPHER_CTX_new()};
  int written = 0;
  must(
    EVP_CipherInit_ex(it.get(), EVP_aes_256_gcm(), nullptr, key, nonce, sealing ? 1 : 0),
    "sealing");
  must(
    EVP_CipherUpdate(it.get(), nullptr, &written, raw(bound_to), static_cast<int>(bound_to.size())),
    "sealing");
  return it;
}

} // namespace

sealing_key::sealing_key(const bytes& key) : key_{key} {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  must(
    EVP_Digest(key.data(), key.size(), hash.data(), nullptr, EVP_sha256(), nullptr),
    "a key's mark");
  mark_.assign(hash.begin(), hash.begin() + mark_bytes);
}

std::variant<sealing_key, std::string> sealing_key::load(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    return file.string() + ": " + std::generic_category().message(errno);
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (text.ends_with('\n'))
    text.pop_back();
  bytes key{};
  if (!from_hex(text, key))
    return file.string() + ": not a key, which is 64 digits of lower-case hexadecimal";
  return sealing_key{key};
}

std::variant<sealing_key, std::string> sealing_key::create(const std::filesystem::path& file) {
  if (std::filesystem::exists(file))
    return file.string() + " is there already";
  bytes key{};
  must(RAND_bytes(key.data(), static_cast<int>(key.size())), "making a key");
  if (auto trouble = write_private(file, to_hex(key) + '\n'); !trouble.empty())
    return trouble;
  return sealing_key{key};
}

std::string sealing_key::derived(std::string_view purpose) const {
  std::array<unsigned char, 32> out{};
  unsigned length = 0;
  const auto* made = HMAC(
    EVP_sha256(),
    key_.data(),
    static_cast<int>(key_.size()),
    reinterpret_cast<const unsigned char*>(purpose.data()),
    purpose.size(),
    out.data(),
    &length);
  if (made == nullptr)
    fatal("deriving a key", "HMAC-SHA256 failed");
  return {out.begin(), out.end()};
}

std::string sealing_key::seal(std::string_view text, std::string_view bound_to) const {
  std::string sealed(text_at + text.size(), '\0');
  sealed[0] = format;
  sealed.replace(1, mark_bytes, mark_);
  auto* nonce = raw(sealed.data() + nonce_at);
  must(RAND_bytes(nonce, nonce_bytes), "sealing");
  auto with = begin(true, key_.data(), nonce, bound_to);
  int written = 0;
  auto* into = raw(sealed.data() + text_at);
  must(
    EVP_CipherUpdate(with.get(), into, &written, raw(text), static_cast<int>(text.size())),
    "sealing");
  must(EVP_CipherFinal_ex(with.get(), into + written, &written), "sealing");
  must(
    EVP_CIPHER_CTX_ctrl(with.get(), EVP_CTRL_GCM_GET_TAG, tag_bytes, sealed.data() + tag_at),
    "sealing");
  return sealed;
}

std::optional<std::string>
sealing_key::open(std::string_view sealed, std::string_view bound_to) const {
  if (sealed.size() < text_at || mark_of_seal(sealed) != mark_)
    return std::nullopt;
  auto with = begin(false, key_.data(), raw(sealed.substr(nonce_at)), bound_to);
  std::string tag{sealed.substr(tag_at, tag_bytes)};
  must(
    EVP_CIPHER_CTX_ctrl(with.get(), EVP_CTRL_GCM_SET_TAG, tag_bytes, tag.data()), "opening a seal");
  auto hidden = sealed.substr(text_at);
  std::string text(hidden.size(), '\0');
  int written = 0;
  must(
    EVP_CipherUpdate(
      with.get(), raw(text.data()), &written, raw(hidden), static_cast<int>(hidden.size())),
    "opening a seal");
  if (EVP_CipherFinal_ex(with.get(), raw(text.data()) + written, &written) != 1)
    return std::nullopt;
  return text;
}

std::string_view mark_of_seal(std::string_view sealed) {
  if (sealed.size() < text_at || sealed.front() != format)
    return {};
  return sealed.substr(1, mark_bytes);
}

} // namespace ringmaster::store
