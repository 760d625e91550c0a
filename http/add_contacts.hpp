#pragma once

#include "http/message.hpp"
#include "http/services.hpp"

namespace ringmaster::http {

/// POST …/contacts: more contacts for a campaign that is not over, behind the
/// others or before them; a list that is here, a CSV, or a few in JSON.
///
/// Nobody gets in twice: a number that the campaign has already refuses them all,
/// and so does a list that was added meanwhile by somebody else, as its numbers
/// were not looked at.
void post_contacts(const incoming& request, const services& with, reply answer);

} // namespace ringmaster::http
