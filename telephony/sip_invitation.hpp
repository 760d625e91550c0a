// What an INVITE of ours says.
#pragma once

#include "telephony/sip.hpp"

#include <string>
#include <variant>

namespace ringmaster::telephony {

/// Whom to call, and what to say. All of it is fit for a header.
struct sip_invitation {
  std::string call_id;
  std::string target;       // the URI to call
  std::string to;           // in brackets
  std::string from;         // in brackets
  std::string route = {};   // in brackets; empty: straight to the target
  std::string headers = {}; // lines
  std::string sdp = {};     // empty: the other side makes the offer
};

/// Without an agent the INVITE offers to be held; with one it offers nothing, so
/// that the contact's offer can be passed on to the agent (RFC 3725, flow I).
/// A refusal says what of the request can't be dialled.
[[nodiscard]] std::variant<sip_invitation, refused>
invite_contact(const call_request& call, const sip_settings& with, bool has_agent);

/// The workflow's own agent if it is a SIP URI, else the trunk's; nothing if it
/// is neither.
[[nodiscard]] std::optional<sip_uri> agent_of(const call_request& call, const sip_settings& with);

/// It claims to be a SIP URI, and is none that we could call.
[[nodiscard]] bool is_misspelt_agent(std::string_view agent);

/// The contact calls, as far as the agent can see.
[[nodiscard]] sip_invitation
invite_agent(const call_request& call, const sip_uri& agent, const sip_settings& with);

/// Media that says and wants nothing.
[[nodiscard]] std::string held_sdp(const sip_settings& with);

} // namespace ringmaster::telephony
