// Events of versions that are not written any more, seen by the codec alone.
#pragma once

#include "log.pb.h"

namespace ringmaster::events {

/// Makes a payload of an older version what it would be if it were written today,
/// from what the envelope says: the same for the same bytes, now and for ever.
/// Whoever reads the log knows the newest versions alone. The hash chain is over the
/// bytes as they were written, which stay.
void upcast(log::Envelope& it);

} // namespace ringmaster::events
