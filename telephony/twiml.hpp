// What a Twilio-compatible carrier is told to do with an answered call.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// As the carrier takes it in the request that places the call.
inline constexpr std::size_t longest_twiml = 4'000;

/// Hands the call to the voice agent at `agent`: `<Connect><Stream>` to a WebSocket
/// (wss://), `<Redirect>` to an address that answers with more TwiML (https://).
/// The context goes along, as parameters of the stream or in the query. Nothing for
/// an agent of another kind.
[[nodiscard]] std::optional<std::string>
twiml_for(std::string_view agent, const std::map<std::string, std::string>& context);

/// For whoever asks what to do with a call that nobody waits for any more.
[[nodiscard]] std::string hang_up_twiml();

/// For text and attributes. What XML cannot hold at all is left out.
[[nodiscard]] std::string escape_xml(std::string_view text);

} // namespace ringmaster::telephony
