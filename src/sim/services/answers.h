#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "env/random.h"

// What becomes of EMR's answers on their way: shapes that the service may give and that nobody
// expects. Each one is false where this answer has nothing to change.

namespace ecm::sim {

/// One of its clusters or steps is in a state that nobody has heard of.
bool MakeStateUnknown(Json& answer, Random& chance);
/// Every optional member is gone: ids, names and states stay, and tags.
bool StripOptional(Json& answer);
/// One item that comes after the item `after` ("", or one that is not there: the first one), and a
/// Marker if there are more.
bool CutToOne(Json& answer, std::string_view after);

/// Whether it lists more than one thing.
bool HasSeveral(const Json& answer);

/// The marker that leads to what comes after this item, and back; "" for other markers.
std::string MarkerAfter(std::string_view id);
std::string ItemBefore(std::string_view marker);

}  // namespace ecm::sim
