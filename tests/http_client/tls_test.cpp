#include "http_client/peer.hpp"
#include "support/temporary_directory.hpp"

#include <boost/asio/ssl.hpp>
#include <doctest/doctest.h>

#include <cstdlib>

namespace ringmaster::test {

using namespace http_client;
namespace net = boost::asio;

namespace {

/// A certificate that vouches for itself, and its key.
void make_certificate(const std::filesystem::path& home, const std::string& name) {
  auto command =
    "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=" + name
    + " -addext subjectAltName=" + name + " -keyout " + (home / "key.pem").string() + " -out "
    + (home / "certificate.pem").string() + " 2>/dev/null";
  REQUIRE(std::system(command.c_str()) == 0);
}

/// Speaks TLS with the certificate in `home` to one who comes.
auto secured(const std::filesystem::path& home) {
  return [home](tcp::socket& at, int) {
    net::ssl::context as{net::ssl::context::tls_server};
    as.use_certificate_chain_file((home / "certificate.pem").string());
    as.use_private_key_file((home / "key.pem").string(), net::ssl::context::pem);
    net::ssl::stream<tcp::socket&> over{at, as};
    boost::system::error_code why;
    over.handshake(net::ssl::stream_base::server, why);
    std::string text;
    if (!why)
      net::read_until(over, net::dynamic_buffer(text), "\r\n\r\n", why);
    if (!why)
      net::write(over, net::buffer(answer_with("safe")), why);
  };
}

std::string https(const peer& of) {
  return "https" + of.url().substr(4);
}

} // namespace

TEST_CASE("a server that proves its name is asked") {
  temporary_directory home;
  make_certificate(home.path(), "IP:127.0.0.1");
  peer other{1, secured(home.path())};
  client over{{.private_addresses = true, .ca_file = (home.path() / "certificate.pem").string()}};
  CHECK(std::get<response>(ask(over, {.url = https(other)})).body == "safe");
}

TEST_CASE("nothing is said to a server with another's certificate, or an unknown one") {
  temporary_directory home;
  make_certificate(home.path(), "DNS:example.com");
  peer other{2, secured(home.path())};
  client believing{
    {.private_addresses = true, .ca_file = (home.path() / "certificate.pem").string()}};
  CHECK(std::holds_alternative<not_sent>(ask(believing, {.url = https(other)})));
  client doubting{{.private_addresses = true}};
  CHECK(std::holds_alternative<not_sent>(ask(doubting, {.url = https(other)})));
}

TEST_CASE("certificates to believe that are not there are an error at once") {
  CHECK_THROWS_AS((client{{.ca_file = "/nowhere/ca.pem"}}), std::runtime_error);
}

} // namespace ringmaster::test
