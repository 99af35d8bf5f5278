#pragma once

#include <cstddef>

#include "base/json.h"

namespace ecm::asl {

/// What a state may take and give (facts: events, Step Functions limits).
constexpr std::size_t kMostDocumentBytes = 262'144;

/// Whether the document's compact JSON text is longer than `limit` bytes; it is not written out.
bool IsLargerThan(const Json& document, std::size_t limit);

}  // namespace ecm::asl
