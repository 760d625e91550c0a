// Whether a SIP trunk is there, and whether we are there for it.
#include "telephony/deserter.hpp"
#include "telephony/sip_line.hpp"

#include <atomic>
#include <filesystem>

using namespace ringmaster::test;

namespace {

sipp::options answering(int status) {
  return {.calls = 1'000, .values = {{"status", std::to_string(status)}, {"phrase", "As asked"}}};
}

/// Tries until the trunk says something else, or is asked in vain.
place_answer place_until(sip_line& on, bool (*is_it)(const place_answer&)) {
  for (std::uint32_t row = 1;; ++row) {
    auto answer = on.place(call(row));
    if (is_it(answer) || row == 10'000'000)
      return answer;
    std::this_thread::yield();
  }
}

bool says(const place_answer& it, const std::string& why) {
  const auto* not_yet = std::get_if<not_now>(&it);
  return not_yet != nullptr && not_yet->why.find(why) != std::string::npos;
}

} // namespace

TEST_CASE("nobody is called over a trunk that does not answer OPTIONS") {
  auto settings = quick("127.0.0.1:" + std::to_string(free_port(false)));
  settings.options_interval = 100ms;
  sip_line on{settings};
  auto answer = place_until(
    on, [](const place_answer& it) { return says(it, "does not answer OPTIONS: SIP 503 local"); });
  CHECK(says(answer, "does not answer OPTIONS"));
  CHECK(on.text_of_book().empty());
}

TEST_CASE("a trunk that answers OPTIONS is called, whatever it says but 503") {
  sipp peer{"options", answering(405)};
  auto settings = quick(peer.address());
  settings.options_interval = 100ms;
  sip_line on{settings};
  on.settings().silence = 1s;
  std::uint32_t row = 0;
  // SIPp takes the INVITE for nonsense; but it left.
  while (on.text_of_book().find("placed") == std::string::npos && ++row < 100'000) {
    on.start(call(row));
    std::this_thread::yield();
  }
  CHECK(on.text_of_book().find("placed") != std::string::npos);
}

TEST_CASE("a trunk that answers OPTIONS with 503 is out of service") {
  sipp peer{"options", answering(503)};
  auto settings = quick(peer.address());
  settings.options_interval = 100ms;
  sip_line on{settings};
  auto answer =
    place_until(on, [](const place_answer& it) { return says(it, "OPTIONS: SIP 503"); });
  CHECK(says(answer, "OPTIONS: SIP 503"));
  CHECK(on.text_of_book().empty());
}

TEST_CASE("a trunk over TCP is asked for OPTIONS over the connection that the call then takes") {
  deserter peer{{}, /*answers=*/1'000};
  auto settings = quick(peer.address(), sip_transport::tcp);
  settings.options_interval = 60s;
  sip_line on{settings};
  auto answer = place_until(on, [](const place_answer& it) { return !says(it, "not yet"); });
  CHECK(std::holds_alternative<unclear>(answer)); // it hung up at the INVITE
  CHECK(peer.invited() == 1);
  CHECK(peer.connections() == 1);
}

TEST_CASE("a trunk over TCP that answers OPTIONS no more is not called") {
  deserter peer{{}, /*answers=*/1};
  auto settings = quick(peer.address(), sip_transport::tcp);
  settings.options_interval = 60s;
  settings.silence = 300ms;
  sip_line on{settings};
  auto answer = place_until(on, [](const place_answer& it) { return !says(it, "not yet"); });
  CHECK(says(answer, "the trunk does not answer OPTIONS"));
  CHECK(on.text_of_book().empty());
  on.close();
  CHECK(peer.invited() == 0);
}

TEST_CASE("a trunk that wants us registered is called when we are") {
  sipp registrar{"registrar", {}};
  auto settings = quick(registrar.address());
  settings.username = "alice";
  settings.registers = true;
  sip_line on{settings, {{"password", "open sesame"}}};
  std::uint32_t row = 0;
  while (on.text_of_book().find("placed") == std::string::npos && ++row < 100'000) {
    on.start(call(row));
    std::this_thread::yield();
  }
  CHECK(on.text_of_book().find("placed") != std::string::npos);
  CHECK(registrar.is_content());
}

TEST_CASE("with the wrong password nobody is called") {
  sipp registrar{"registrar"};
  auto settings = quick(registrar.address());
  settings.username = "alice";
  settings.registers = true;
  sip_line on{settings, {{"password", "wrong"}}};
  auto answer = place_until(on, [](const place_answer& it) { return says(it, "SIP 403"); });
  CHECK(says(answer, "not registered with the trunk: SIP 403"));
  CHECK(on.text_of_book().empty());
}

TEST_CASE("while its port is taken a trunk rests and says so, and then it calls") {
  sipp phone{
    "refuses", {.values = {{"status", "486"}, {"phrase", "Busy"}, {"header", "X-Nothing: 1"}}}};
  auto settings = quick(phone.address());
  settings.listen_port = static_cast<std::uint16_t>(free_port(false));
  sip_line first{settings};
  sip_line second{settings};
  CHECK(says(second.place(call(1)), "can't listen on 127.0.0.1:"));
  CHECK(std::holds_alternative<unclear>(second.look_up(call(1))));
  first.close();
  auto answer =
    place_until(second, [](const place_answer& it) { return !says(it, "can't listen"); });
  CHECK_FALSE(std::holds_alternative<not_now>(answer));
}

TEST_CASE("a port that is taken for long leaves no files open") {
  auto settings = quick("127.0.0.1:5060");
  settings.listen_port = static_cast<std::uint16_t>(free_port(false));
  sip_line first{settings};
  temporary_directory home;
  std::atomic<int> minutes = 0; // a try each
  auto second = make_sip_trunk(
    settings, {}, home.path() / "book", [&] { return instant{} + ++minutes * 1min; }, [](auto) {});
  auto files = [] {
    return std::ranges::distance(std::filesystem::directory_iterator{"/proc/self/fd"});
  };
  auto before = files();
  for (std::uint32_t row = 1; row <= 10; ++row) {
    std::promise<place_answer> answered;
    second->place(
      sip_line::request(call(row)), [&](place_answer it) { answered.set_value(std::move(it)); });
    CHECK(says(answered.get_future().get(), "can't listen"));
  }
  CHECK(files() == before);
}

TEST_CASE("who calls us is refused, and nothing comes of it") {
  auto settings = quick("127.0.0.1:5060");
  settings.listen_port = static_cast<std::uint16_t>(free_port(false));
  sip_line on{settings};
  // SIPp's own caller, which wants an answer and gets 403.
  sipp stranger{"stranger", {.remote = "127.0.0.1:" + std::to_string(settings.listen_port)}};
  CHECK(stranger.is_content());
}
