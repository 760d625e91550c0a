#include "telephony/sip_invitation.hpp"

#include "telephony/sip_context.hpp"

#include <algorithm>

namespace ringmaster::telephony {

namespace {

bool is_digit(char it) {
  return it >= '0' && it <= '9';
}

/// E.164, as the engine has it.
bool is_number(std::string_view text) {
  constexpr std::size_t longest_number = 16;
  return text.size() > 1 && text.size() <= longest_number && text.front() == '+'
         && std::ranges::all_of(text.substr(1), is_digit);
}

bool is_caller_id(std::string_view text) {
  constexpr std::size_t longest_caller_id = 64;
  auto allowed = [](char it) {
    return is_digit(it) || (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z')
           || std::string_view{"+-_.*#"}.find(it) != std::string_view::npos;
  };
  return !text.empty() && text.size() <= longest_caller_id && std::ranges::all_of(text, allowed);
}

std::string as_dialled(const std::string& number, const sip_settings& with) {
  return is_number(number) ? with.number_prefix + number.substr(1) : number;
}

const std::string& domain_of(const sip_settings& with) {
  return with.domain.empty() ? with.server.host : with.domain;
}

std::string in_brackets(std::string_view uri) {
  return std::string{'<'}.append(uri).append(1, '>');
}

std::string plain_uri(const std::string& user, const sip_settings& with) {
  std::string scheme = with.server.transport == sip_transport::tls ? "sips:" : "sip:";
  return scheme + user + '@' + domain_of(with);
}

} // namespace

std::variant<sip_invitation, refused>
invite_contact(const call_request& call, const sip_settings& with, bool has_agent) {
  if (!is_number(call.to))
    return refused{"invalid_number", {}};
  if (!is_caller_id(call.from))
    return refused{"bad_caller_id", {}};
  auto number = as_dialled(call.to, with);
  auto caller = plain_uri(as_dialled(call.from, with), with);
  bool as_user = with.asserts_identity && !with.username.empty();
  sip_invitation it{
    .call_id = to_string(call.id),
    .target = {},
    .to = in_brackets(plain_uri(number, with)),
    .from = in_brackets(as_user ? plain_uri(with.username, with) : caller)};
  if (with.domain.empty()) {
    auto target = with.server;
    target.user = number;
    it.target = to_string(target);
  } else {
    it.target = plain_uri(number, with);
    it.route = in_brackets(to_string(with.server) + ";lr");
  }
  if (with.asserts_identity)
    it.headers = "P-Asserted-Identity: " + in_brackets(caller) + '\n';
  if (!has_agent)
    it.sdp = held_sdp(with);
  return it;
}

std::optional<sip_uri> agent_of(const call_request& call, const sip_settings& with) {
  if (auto own = parse_sip_uri(call.agent))
    return own;
  return with.agent;
}

bool is_misspelt_agent(std::string_view agent) {
  return (agent.starts_with("sip:") || agent.starts_with("sips:")) && !parse_sip_uri(agent);
}

sip_invitation
invite_agent(const call_request& call, const sip_uri& agent, const sip_settings& with) {
  auto uri = to_string(agent);
  return {
    .call_id = "agent." + to_string(call.id),
    .target = uri,
    .to = in_brackets(uri),
    .from = in_brackets("sip:" + call.to + '@' + domain_of(with)),
    .headers = agent_headers(call)};
}

std::string held_sdp(const sip_settings& with) {
  bool v4 =
    is_ip_address(with.listen_address) && with.listen_address.find(':') == std::string::npos;
  auto address = v4 ? "IP4 " + with.listen_address : "IP6 " + with.listen_address;
  // Port 9 is "discard"; 8 and 0 are G.711, which every phone has.
  return "v=0\r\no=ringmaster 1 1 IN " + address + "\r\ns=-\r\nc=IN " + address
         + "\r\nt=0 0\r\nm=audio 9 RTP/AVP 8 0\r\na=inactive\r\n";
}

} // namespace ringmaster::telephony
