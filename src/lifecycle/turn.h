#pragma once

#include "base/ids.h"
#include "lifecycle/ports.h"

namespace ecm::lifecycle {

/// RunJobFlow has half a call a second for a whole account. A crowd that tried until it got through
/// would use up the calls of all others as well: so everybody draws a turn, once, and calls when it
/// has come. Turns lie Patience::create_every apart after the first Patience::create_at_once; what
/// was given away stands in the job store. A turn that nobody uses is lost, and nothing else.
///
/// kConflict where too many draw at the same moment: try again in a while.
Result<WallTime> DrawTurn(const Region& region, Ports& ports);

}  // namespace ecm::lifecycle
