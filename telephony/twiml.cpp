#include "telephony/twiml.hpp"

#include "telephony/form.hpp"

namespace ringmaster::telephony {

namespace {

std::string response(std::string_view inside) {
  return std::string{R"(<?xml version="1.0" encoding="UTF-8"?><Response>)"}.append(inside)
         + "</Response>";
}

std::string stream_to(std::string_view agent, const std::map<std::string, std::string>& context) {
  auto text = R"(<Connect><Stream url=")" + escape_xml(agent) + R"(">)";
  for (const auto& [name, value] : context)
    text +=
      R"(<Parameter name=")" + escape_xml(name) + R"(" value=")" + escape_xml(value) + R"("/>)";
  return response(text + "</Stream></Connect>");
}

std::string redirect_to(std::string_view agent, const std::map<std::string, std::string>& context) {
  auto fragment = agent.find('#'); // which no server is sent
  std::string url{agent.substr(0, fragment)};
  auto query = encode_form({context.begin(), context.end()});
  if (!query.empty())
    url += (url.find('?') == url.npos ? "?" : "&") + query;
  return response(R"(<Redirect method="POST">)" + escape_xml(url) + "</Redirect>");
}

} // namespace

std::optional<std::string>
twiml_for(std::string_view agent, const std::map<std::string, std::string>& context) {
  if (agent.starts_with("wss://"))
    return stream_to(agent, context);
  if (agent.starts_with("https://"))
    return redirect_to(agent, context);
  return std::nullopt;
}

std::string hang_up_twiml() {
  return response("<Hangup/>");
}

std::string escape_xml(std::string_view text) {
  std::string result;
  for (auto it : text)
    switch (it) {
    case '&': result += "&amp;"; break;
    case '<': result += "&lt;"; break;
    case '>': result += "&gt;"; break;
    case '"': result += "&quot;"; break;
    case '\'': result += "&apos;"; break;
    // A parser makes a space of these in an attribute unless they are spelled out.
    case '\t': result += "&#9;"; break;
    case '\n': result += "&#10;"; break;
    case '\r': result += "&#13;"; break;
    default:
      if (static_cast<unsigned char>(it) >= 0x20)
        result += it;
    }
  return result;
}

} // namespace ringmaster::telephony
