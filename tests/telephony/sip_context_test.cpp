#include "telephony/sip_context.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

using namespace ringmaster::events;
using namespace ringmaster::telephony;

namespace {

call_request about(std::map<std::string, std::string> context) {
  call_request it;
  it.id = {campaign_id{0x123456789}, 17, 2};
  it.to = "+4930123456";
  it.initial_context = std::move(context);
  return it;
}

/// The value of the one line with that name, or "none".
std::string value_of(const std::string& lines, const std::string& name) {
  std::istringstream in{lines};
  std::string found = "none";
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(name + ": ")) {
      CHECK(found == "none");
      found = line.substr(name.size() + 2);
    }
  return found;
}

std::ptrdiff_t lines_in(const std::string& text) {
  return std::ranges::count(text, '\n');
}

} // namespace

TEST_CASE("the agent is told which call it takes, and of whom") {
  auto call = about({{"customer_name", "Jane Smith"}, {"plan", "premium"}});
  call.result_token = "secret-1";
  auto lines = agent_headers(call);
  CHECK(value_of(lines, "X-Ringmaster-Call") == to_string(call.id));
  CHECK(value_of(lines, "X-Ringmaster-Number") == "+4930123456");
  CHECK(value_of(lines, "X-Ringmaster-Result-Token") == "secret-1");
  CHECK(value_of(lines, "X-Context-customer_name") == "Jane Smith");
  CHECK(value_of(lines, "X-Context-plan") == "premium");
  CHECK(value_of(lines, "X-Ringmaster-Left-Out") == "none");
  CHECK(lines_in(lines) == 5);
}

TEST_CASE("no value can end its line or begin another header") {
  auto lines = agent_headers(about(
    {{"note", "x\r\nRoute: <sip:evil@example.com>\r\n\r\nbody"},
     {"bad\r\nVia: name", "y"},
     {"nul", std::string("a\0b", 3)},
     {"tab", "a\tb"}}));
  CHECK(lines_in(lines) == 2 + 4);
  CHECK(lines.find('\r') == std::string::npos);
  CHECK(
    value_of(lines, "X-Context-note") == "x%0D%0ARoute: <sip:evil@example.com>%0D%0A%0D%0Abody");
  CHECK(value_of(lines, "X-Context-bad--Via--name") == "y");
  CHECK(value_of(lines, "X-Context-nul") == "a%00b");
  CHECK(value_of(lines, "X-Context-tab") == "a%09b");
}

TEST_CASE("a value can be read back, whatever it is") {
  CHECK(encode_header_value("100%") == "100%25");
  CHECK(encode_header_value("Jürgen") == "J%C3%BCrgen");
  CHECK(encode_header_value(" a  b ") == "%20a %20b%20");
  CHECK(encode_header_value("\x7f") == "%7F");
}

TEST_CASE("what does not fit is left out, and counted") {
  std::map<std::string, std::string> many;
  for (int i = 0; i < 100; ++i)
    many.emplace("column_" + std::to_string(i), "v");
  auto lines = agent_headers(about(many));
  CHECK(lines_in(lines) == 2 + 32 + 1);
  CHECK(value_of(lines, "X-Ringmaster-Left-Out") == "68");

  auto fits = agent_headers(about({{"a", std::string(longest_context_value, 'x')}}));
  CHECK(value_of(fits, "X-Context-a").size() == longest_context_value);
  auto too_long = agent_headers(about({{"a", std::string(longest_context_value + 1, 'x')}}));
  CHECK(value_of(too_long, "X-Context-a") == "none");
  CHECK(value_of(too_long, "X-Ringmaster-Left-Out") == "1");

  std::map<std::string, std::string> heavy;
  for (int i = 0; i < 20; ++i)
    heavy.emplace("column_" + std::to_string(i), std::string(500, 'x'));
  CHECK(agent_headers(about(heavy)).size() < most_context_bytes + 200);
}

TEST_CASE("two columns that become one header do not overwrite each other") {
  auto lines = agent_headers(about({{"Plan", "a"}, {"plan", "b"}}));
  CHECK(value_of(lines, "X-Context-Plan") == "a");
  CHECK(value_of(lines, "X-Ringmaster-Left-Out") == "1");
}

TEST_CASE("what is empty is not sent, nor the number twice") {
  auto lines = agent_headers(about({{"plan", ""}, {"phone_number", "+4930123456"}}));
  CHECK(lines_in(lines) == 2);
}
