#pragma once

#include "http/message.hpp"
#include "http/services.hpp"

namespace ringmaster::http {

/// POST …/redial: a new draft with the contacts that a campaign which is over did
/// not reach, once unless it is forced.
///
/// The draft is made first and claimed afterwards by an event of the old campaign,
/// which only one of several requests can write; the drafts of the others are
/// deleted. A crash between the two leaves a draft that nobody started.
void post_redial(const incoming& request, const services& with, reply answer);

} // namespace ringmaster::http
