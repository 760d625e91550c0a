#include "http_client/reach.hpp"

#include <boost/asio/ip/address.hpp>
#include <doctest/doctest.h>

namespace ringmaster::test {

TEST_CASE("addresses of one's own network are not public, however they are written") {
  for (const char* it :
       {"127.0.0.1",       "127.255.0.1",     "0.0.0.0",         "10.1.2.3",    "172.16.0.1",
        "172.31.255.255",  "192.168.0.1",     "169.254.169.254", "100.64.0.1",  "198.18.0.1",
        "224.0.0.1",       "255.255.255.255", "192.0.2.1",       "::",          "::1",
        "fe80::1",         "fd00::1",         "fc00::1",         "ff02::1",     "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",   "2001:db8::1", "2001::1"})
    CHECK_MESSAGE(!http_client::is_public(boost::asio::ip::make_address(it)), it);
}

TEST_CASE("addresses of the Internet are public") {
  for (const char* it :
       {"1.1.1.1",
        "8.8.8.8",
        "172.15.255.255",
        "172.32.0.1",
        "100.63.255.255",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450::1",
        "::ffff:8.8.8.8"})
    CHECK_MESSAGE(http_client::is_public(boost::asio::ip::make_address(it)), it);
}

TEST_CASE("secrets go to the Internet with TLS alone") {
  auto refused = [](const char* text) {
    return http_client::why_not_secrets_to(std::get<http_client::url>(http_client::parse_url(text)))
      .has_value();
  };
  for (const char* fine :
       {"https://api.example.com",
        "http://127.0.0.1:8080",
        "http://localhost:1",
        "http://[::1]/",
        "http://192.168.1.7",
        "http://10.1.2.3"})
    CHECK_MESSAGE(!refused(fine), fine);
  for (const char* bare :
       {"http://api.example.com", "http://8.8.8.8", "http://localhost.example.com"})
    CHECK_MESSAGE(refused(bare), bare);
}

} // namespace ringmaster::test
