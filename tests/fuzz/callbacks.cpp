// What a carrier or a voice agent sends to its callback address. The first byte says
// to whom: 't' Twilio's words, 'a' an agent's; the first line is the query, the rest
// the body. Twilio's in capitals is not signed.
#include "fuzz/promise.hpp"
#include "support/manual_timer.hpp"
#include "telephony/agent_webhook.hpp"
#include "telephony/callback_token.hpp"
#include "telephony/twilio.hpp"
#include "telephony/twilio_signature.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

using namespace ringmaster;
using namespace ringmaster::telephony;

namespace {

constexpr events::trunk_id trunk{7};
constexpr events::attempt_key attempt{{9}, 17, 2};
constexpr auto base = "https://us.example";
constexpr auto key = "key";
constexpr auto auth_token = "token";

class listener {
public:
  [[nodiscard]] std::unique_ptr<provider> twilio() {
    return make_twilio(
      {.trunk = trunk,
       .settings = std::get<twilio_settings>(parse_twilio_settings(R"({"account": "AC1"})")),
       .secrets = {.auth_token = auth_token, .api_key_secret = {}, .signing_secret = auth_token},
       .public_base_url = base,
       .callback_key = key,
       .send = [](const auto&, const auto&) {},
       .now = [this] { return time_.now(); },
       .after = [this](auto delay, auto what) { time_.after(delay, std::move(what)); },
       .news = [this](const call_news& it) { hear(it); }});
  }

  [[nodiscard]] std::unique_ptr<provider> agent() {
    return make_agent_webhook(
      {.trunk = trunk,
       .settings = std::get<agent_webhook_settings>(
         parse_agent_webhook_settings(R"({"url": "https://agents.example/call"})")),
       .secrets = {},
       .public_base_url = base,
       .callback_key = key,
       .send = [](const auto&, const auto&) {},
       .now = [this] { return time_.now(); },
       .after = [this](auto delay, auto what) { time_.after(delay, std::move(what)); },
       .news = [this](const call_news& it) { hear(it); }});
  }

  [[nodiscard]] bool heard() const { return heard_; }

private:
  void hear(const call_news& it) {
    heard_ = true;
    test::promise(it.id == attempt, "news are of the call that the address names");
    test::promise(!it.reports.empty(), "news say something");
    test::promise(it.receipt != nullptr, "who tells us learns whether it is on record");
    it.receipt->settle(true);
  }

  test::manual_timer time_;
  bool heard_ = false;
};

std::string signed_as_twilio_does(const callback& what, std::string_view path) {
  auto url = std::string{base}.append(path).append(what.token);
  if (!what.query.empty())
    url.append("?").append(what.query);
  return twilio_signature(auth_token, url, decode_form(what.body).value_or(form{}));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0)
    return 0;
  std::string_view rest{reinterpret_cast<const char*>(data + 1), size - 1};
  auto line = rest.substr(0, rest.find('\n'));
  callback what{
    .token = callback_token(key, {trunk, attempt}),
    .query = std::string{line},
    .headers = {{"content-type", "application/x-www-form-urlencoded"}},
    .body = std::string{rest.substr(std::min(line.size() + 1, rest.size()))}};
  bool to_agent = data[0] == 'a';
  bool forged = data[0] == 'T';
  if (!to_agent && !forged)
    what.headers.emplace_back("x-twilio-signature", signed_as_twilio_does(what, twilio_callbacks));
  listener on;
  auto carrier = to_agent ? on.agent() : on.twilio();
  int answers = 0;
  carrier->receive(what, [&](const callback_reply& reply) {
    ++answers;
    bool refused = reply.status >= 400;
    test::promise(!refused || !on.heard(), "what is refused changes nothing");
    test::promise(!forged || reply.status == 403, "what is not signed is forbidden");
    test::promise(reply.status < 500, "what is on record need not be sent again");
  });
  test::promise(answers == 1, "every callback is answered, once");
  return 0;
}
