#include "telephony/twiml.hpp"

#include <doctest/doctest.h>

using namespace ringmaster::telephony;

namespace {

std::string inside(const std::optional<std::string>& twiml) {
  REQUIRE(twiml);
  std::string text = *twiml;
  const std::string begin = R"(<?xml version="1.0" encoding="UTF-8"?><Response>)";
  const std::string end = "</Response>";
  REQUIRE(text.starts_with(begin));
  REQUIRE(text.ends_with(end));
  return text.substr(begin.size(), text.size() - begin.size() - end.size());
}

} // namespace

TEST_CASE("an agent at a WebSocket gets the call as a stream, with the context beside it") {
  CHECK(
    inside(twiml_for("wss://agents.example/a?x=1&y=2", {{"name", "Ann"}, {"plan", "A"}}))
    == R"(<Connect><Stream url="wss://agents.example/a?x=1&amp;y=2">)"
       R"(<Parameter name="name" value="Ann"/><Parameter name="plan" value="A"/>)"
       "</Stream></Connect>");
}

TEST_CASE("an agent at a URL is asked what to do, with the context in the query") {
  CHECK(
    inside(twiml_for("https://agents.example/a", {{"name", "Ann & Bob"}, {"plan", "A"}}))
    == R"(<Redirect method="POST">https://agents.example/a?name=Ann%20%26%20Bob&amp;plan=A</Redirect>)");
  CHECK(
    inside(twiml_for("https://agents.example/a?v=1#top", {{"plan", "A"}}))
    == R"(<Redirect method="POST">https://agents.example/a?v=1&amp;plan=A</Redirect>)");
  CHECK(
    inside(twiml_for("https://agents.example/a", {}))
    == R"(<Redirect method="POST">https://agents.example/a</Redirect>)");
}

TEST_CASE("no other kind of agent can be given a call") {
  for (const auto* it :
       {"", "reminder-agent", "http://agents.example", "ws://agents.example", "sip:a@b"})
    CHECK_FALSE(twiml_for(it, {}));
}

TEST_CASE("what a contact is called cannot become an instruction") {
  CHECK(
    escape_xml(R"(<Dial>"1" & '2'</Dial>)")
    == "&lt;Dial&gt;&quot;1&quot; &amp; &apos;2&apos;&lt;/Dial&gt;");
  CHECK(escape_xml("a\tb\nc\rd\x01") == "a&#9;b&#10;c&#13;d");
  CHECK(escape_xml("Zoë") == "Zoë");
}
