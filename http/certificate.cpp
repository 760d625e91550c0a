#include "http/certificate.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <optional>

namespace ringmaster::http {

namespace {

/// Of the protocols that a client offers, HTTP/1.1 or none by name.
int choose_protocol(
  SSL*,
  const unsigned char** chosen,
  unsigned char* length,
  const unsigned char* offered,
  unsigned offered_length,
  void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  auto found = SSL_select_next_proto(
    const_cast<unsigned char**>(chosen), // the call's own type; it is not written through
    length,
    ours,
    sizeof ours - 1,
    offered,
    offered_length);
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

/// OpenSSL says of a file that is not there no more than that something was wrong.
std::optional<std::string> why_unreadable(const std::string& file) {
  auto* opened = std::fopen(file.c_str(), "re");
  if (opened == nullptr)
    return std::strerror(errno);
  std::fclose(opened);
  return std::nullopt;
}

} // namespace

std::variant<std::shared_ptr<tls_context>, std::string>
load_certificate(const std::string& chain_file, const std::string& key_file) {
  if (auto trouble = why_unreadable(chain_file))
    return "TLS certificate " + chain_file + ": " + *trouble;
  if (auto trouble = why_unreadable(key_file))
    return "TLS key " + key_file + ": " + *trouble;
  failure why;
  auto made = std::make_shared<tls_context>(tls_context::tls_server);
  auto* native = made->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(
    native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  made->use_certificate_chain_file(chain_file, why);
  if (why)
    return "TLS certificate " + chain_file + ": " + why.message();
  made->use_private_key_file(key_file, tls_context::pem, why);
  if (why)
    return "TLS key " + key_file + ": " + why.message();
  if (SSL_CTX_check_private_key(native) != 1)
    return "TLS key " + key_file + " does not belong to the certificate " + chain_file;
  return made;
}

std::chrono::system_clock::time_point end_of_certificate(const tls_context& of) {
  auto* native = const_cast<tls_context&>(of).native_handle(); // only looked at
  std::tm end{};
  ASN1_TIME_to_tm(X509_get0_notAfter(SSL_CTX_get0_certificate(native)), &end);
  return std::chrono::system_clock::from_time_t(timegm(&end));
}

} // namespace ringmaster::http
