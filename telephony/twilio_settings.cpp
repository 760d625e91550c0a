#include "telephony/twilio_settings.hpp"

#include "http_client/reach.hpp"
#include "http_client/url.hpp"
#include "telephony/form.hpp"
#include "telephony/keyed_hash.hpp"
#include "telephony/settings_json.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace ringmaster::telephony {

namespace {

using nlohmann::json;

constexpr int deepest = 1;
constexpr std::size_t longest_text = 200;
constexpr std::size_t ed25519_bytes = 32;
constexpr std::uint64_t longest_call_seconds = 14'400; // of a call at Twilio

bool is_hex(char it) {
  return (it >= '0' && it <= '9') || (it >= 'a' && it <= 'f');
}

/// `CA` and 32 hexadecimal digits.
bool is_twilio_call(std::string_view it) {
  return it.size() == 34 && it.starts_with("CA") && std::ranges::all_of(it.substr(2), is_hex);
}

/// A UUID.
bool is_signalwire_call(std::string_view it) {
  return it.size() == 36
         && std::ranges::all_of(it, [](char at) { return is_hex(at) || at == '-'; });
}

/// `v3:` and what is long and may hold anything that stands in a URL.
bool is_telnyx_call(std::string_view it) {
  return it.size() > 3 && it.size() <= 128 && it.starts_with("v3:")
         && std::ranges::all_of(it, [](char at) { return at > ' ' && at < 0x7f; });
}

// Field names, limits and signatures: docs/telephony.md.
constexpr twilio_flavour flavours[] = {
  {.name = "twilio",
   .base_url = "https://api.twilio.com",
   .accounts = "/2010-04-01/Accounts/",
   .suffix = ".json",
   .auth = twilio_auth::basic,
   .signing = twilio_signing::hmac_sha1,
   .signature_header = "x-twilio-signature",
   .signing_secret = "auth_token",
   .excess = twilio_excess::queued,
   .needs_application = false,
   .callback_options = "#rc=5&rp=5xx,ct,rt", // tries again when we can't record what it says
   .is_call_id = is_twilio_call},
  {.name = "signalwire",
   .base_url = "",
   .accounts = "/api/laml/2010-04-01/Accounts/",
   .suffix = ".json",
   .auth = twilio_auth::basic,
   .signing = twilio_signing::hmac_sha1,
   .signature_header = "x-signalwire-signature",
   .signing_secret = "signing_key",
   .excess = twilio_excess::queued,
   .needs_application = false,
   .callback_options = "",
   .is_call_id = is_signalwire_call},
  {.name = "telnyx",
   .base_url = "https://api.telnyx.com",
   .accounts = "/v2/texml/Accounts/",
   .suffix = "",
   .auth = twilio_auth::bearer,
   .signing = twilio_signing::ed25519,
   .signature_header = "telnyx-signature-ed25519",
   .signing_secret = "",
   .excess = twilio_excess::refused,
   .needs_application = true,
   .callback_options = "",
   .is_call_id = is_telnyx_call}};

trouble read_text(const json& value, std::string& into) {
  if (!value.is_string() || value.get_ref<const std::string&>().size() > longest_text)
    return "must be a text of at most 200 characters";
  into = value.get<std::string>();
  return std::nullopt;
}

/// One part of a path.
trouble read_name(const json& value, std::string& into) {
  if (auto wrong = read_text(value, into))
    return wrong;
  bool plain = !into.empty() && std::ranges::all_of(into, [](char it) {
    return (it >= 'a' && it <= 'z') || (it >= 'A' && it <= 'Z') || (it >= '0' && it <= '9')
           || it == '-' || it == '_';
  });
  return plain ? std::nullopt : trouble{"must be of letters, digits, - and _"};
}

trouble read_flavour(const json& value, const twilio_flavour*& into) {
  std::string name;
  if (auto wrong = read_text(value, name))
    return wrong;
  auto found = std::ranges::find(flavours, name, &twilio_flavour::name);
  if (found == std::end(flavours))
    return "must be twilio, signalwire or telnyx";
  into = found;
  return std::nullopt;
}

trouble read_base_url(const json& value, std::string& into) {
  if (auto wrong = read_text(value, into))
    return wrong;
  auto parsed = http_client::parse_url(into);
  if (auto* why = std::get_if<std::string>(&parsed))
    return *why;
  if (auto why = http_client::why_not_secrets_to(std::get<http_client::url>(parsed)))
    return why;
  if (into.find_first_of("?#") != std::string::npos)
    return "must have no query and no fragment";
  while (into.ends_with('/'))
    into.pop_back();
  return std::nullopt;
}

trouble read_public_key(const json& value, std::string& into) {
  std::string text;
  if (auto wrong = read_text(value, text))
    return wrong;
  auto bytes = from_base64(text);
  if (!bytes || bytes->size() != ed25519_bytes)
    return "must be an Ed25519 public key in base64, of 32 bytes";
  into = *std::move(bytes);
  return std::nullopt;
}

trouble read_detection(const json& value, machine_detection& into) {
  static const std::map<std::string, machine_detection> known{
    {"off", machine_detection::off},
    {"detect", machine_detection::detect},
    {"message_end", machine_detection::message_end}};
  auto found = value.is_string() ? known.find(value.get<std::string>()) : known.end();
  if (found == known.end())
    return "must be off, detect or message_end";
  into = found->second;
  return std::nullopt;
}

auto whole(std::uint64_t least, std::uint64_t most) {
  return [=](const json& value, std::uint64_t& into) -> trouble {
    auto given = value.is_number_unsigned() ? value.get<std::uint64_t>() : most + 1;
    if (given < least || given > most)
      return "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most);
    into = given;
    return std::nullopt;
  };
}

/// The longest ringing and detection are the carriers' own bounds.
const setting_readers<twilio_settings>& readers() {
  using s = twilio_settings;
  static const setting_readers<s> all{
    setting("flavour", &s::flavour, read_flavour),
    setting("account", &s::account, read_name),
    setting("api_key", &s::api_key, read_name),
    setting("base_url", &s::base_url, read_base_url),
    setting("application_sid", &s::application_sid, read_name),
    setting("public_key", &s::public_key, read_public_key),
    setting("ring_timeout_seconds", &s::ring_timeout_seconds, whole(5, 600)),
    setting("max_call_seconds", &s::max_call_seconds, whole(10, longest_call_seconds)),
    setting("machine_detection", &s::detection, read_detection),
    setting("machine_detection_async", &s::detection_async),
    setting("machine_detection_timeout_seconds", &s::detection_timeout_seconds, whole(3, 59))};
  return all;
}

/// What one field needs another for.
trouble incomplete(twilio_settings& it) {
  if (it.account.empty())
    return "account is missing";
  const auto& flavour = *it.flavour;
  std::string of{flavour.name};
  if (it.base_url.empty() && flavour.base_url.empty())
    return "base_url is missing: every customer of " + of + " has another";
  if (it.application_sid.empty() && flavour.needs_application)
    return "application_sid is missing: " + of + " needs one";
  if (it.public_key.empty() && flavour.signing == twilio_signing::ed25519)
    return "public_key is missing: " + of + " signs what it sends with its other half";
  if (!it.api_key.empty() && flavour.auth == twilio_auth::bearer)
    return "api_key is not for " + of + ", which takes a token alone";
  if (!it.public_key.empty() && flavour.signing == twilio_signing::hmac_sha1)
    return "public_key is not for " + of + ", which signs with a secret";
  if (it.base_url.empty())
    it.base_url = flavour.base_url;
  return std::nullopt;
}

} // namespace

std::span<const twilio_flavour> twilio_flavours() {
  return flavours;
}

std::string twilio_settings::calls_url() const {
  return (base_url + std::string{flavour->accounts})
    .append(account)
    .append("/Calls")
    .append(flavour->suffix);
}

std::string twilio_settings::call_url(std::string_view call) const {
  return (base_url + std::string{flavour->accounts})
    .append(account)
    .append("/Calls/")
    .append(percent_encode(call))
    .append(flavour->suffix);
}

std::variant<twilio_settings, std::string> parse_twilio_settings(std::string_view text) {
  auto read = read_settings(text, readers(), "a Twilio-compatible carrier", deepest);
  auto* settings = std::get_if<twilio_settings>(&read);
  if (settings == nullptr)
    return read;
  if (settings->flavour == nullptr)
    settings->flavour = flavours;
  if (auto wrong = incomplete(*settings))
    return *std::move(wrong);
  return read;
}

std::vector<std::string> secrets_needed(const twilio_settings& by) {
  std::vector<std::string> names{"auth_token"};
  auto signing = by.flavour->signing_secret;
  if (!by.api_key.empty() && signing == "auth_token")
    return {"api_key_secret", "auth_token"}; // callbacks are signed with the account's own
  if (!signing.empty() && signing != "auth_token")
    names.emplace_back(signing);
  return names;
}

} // namespace ringmaster::telephony
