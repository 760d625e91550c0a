// What shows that a request comes from the carrier: X-Twilio-Signature.
#pragma once

#include "telephony/form.hpp"

#include <string>
#include <string_view>

namespace ringmaster::telephony {

/// Base64 of HMAC-SHA1 over the URL and the sorted fields, each name with its value
/// behind it. Several values of one name count once each.
[[nodiscard]] std::string
twilio_signature(std::string_view auth_token, std::string_view url, const form& fields);

/// Whether the request to `url` is so signed. The carrier may have put the scheme's
/// own port into the URL or left it out. A body that is no form is covered by
/// `bodySHA256` in the query. Takes the same time wherever a signature differs.
[[nodiscard]] bool is_signed_by_twilio(
  std::string_view auth_token,
  std::string_view url,
  std::string_view content_type,
  std::string_view body,
  std::string_view signature);

} // namespace ringmaster::telephony
