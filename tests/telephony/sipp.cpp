#include "telephony/sipp.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <regex>
#include <thread>

extern char** environ;

namespace ringmaster::test {

namespace {

sockaddr_in loopback(int port) {
  sockaddr_in it{};
  it.sin_family = AF_INET;
  it.sin_port = htons(static_cast<std::uint16_t>(port));
  it.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return it;
}

/// The port that was bound, if it could be.
int bound_port(int port, bool tcp) {
  int socket = ::socket(AF_INET, tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
  auto at = loopback(port);
  socklen_t size = sizeof at;
  bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&at), size) == 0
               && ::getsockname(socket, reinterpret_cast<sockaddr*>(&at), &size) == 0;
  ::close(socket);
  return bound ? ntohs(at.sin_port) : 0;
}

pid_t spawn(const std::vector<std::string>& words) {
  std::vector<char*> arguments;
  for (const auto& it : words)
    arguments.push_back(const_cast<char*>(it.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
  pid_t process = 0;
  int failed = ::posix_spawnp(&process, "sipp", &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  REQUIRE_MESSAGE(failed == 0, "sipp is not installed: scripts/setup does it");
  return process;
}

std::string filled_in(const std::string& scenario, const sipp::options& how) {
  std::ifstream file{SIPP_SCENARIOS "/" + scenario + ".xml"};
  std::string text{std::istreambuf_iterator<char>{file}, {}};
  REQUIRE_MESSAGE(!text.empty(), "there is no scenario " << scenario);
  for (const auto& [name, value] : how.values)
    text = std::regex_replace(text, std::regex{"\\[" + name + "\\]"}, value);
  if (how.may_miss_ack)
    text = std::regex_replace(text, std::regex{"request=\"ACK\""}, "$& optional=\"true\"");
  return text;
}

} // namespace

int free_port(bool tcp) {
  return bound_port(0, tcp);
}

sipp::sipp(const std::string& scenario, const options& how)
  : port_{free_port(how.transport == "t1")} {
  auto file = directory_.path() / "scenario.xml";
  std::ofstream{file} << filled_in(scenario, how);
  std::vector<std::string> words{
    "sipp",
    "-sf",
    file.string(),
    "-i",
    "127.0.0.1",
    "-p",
    std::to_string(port_),
    "-m",
    std::to_string(how.calls),
    "-t",
    how.transport,
    "-nostdin",
    "-timeout",
    "60s",
    "-timeout_error",
    "-recv_timeout",
    "30000",
    "-rtcheck", // knows what is sent again by its name, whatever was said meanwhile
    "loose"};
  if (!how.remote.empty())
    words.push_back(how.remote);
  process_ = spawn(words);
  // It is there once the port is taken. A machine that is busy takes its time.
  for (int i = 0; i < 1'000 && bound_port(port_, how.transport == "t1") != 0; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
}

sipp::~sipp() {
  kill();
}

std::string sipp::address() const {
  return "127.0.0.1:" + std::to_string(port_);
}

bool sipp::is_content() {
  if (process_ == 0)
    return false;
  int status = 0;
  ::waitpid(process_, &status, 0);
  process_ = 0;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void sipp::kill() {
  if (process_ == 0)
    return;
  ::kill(process_, SIGKILL);
  ::waitpid(process_, nullptr, 0);
  process_ = 0;
}

} // namespace ringmaster::test
