#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json.h"
#include "job/problems.h"

namespace ecm {

/// Members that are nobody's mistake: an editor's, a comment, what Step Functions adds.
bool IsToleratedMember(std::string_view key);

/// The flat object of a description and the pointer of its members' parent.
struct Unwrapped {
  const JsonObject* object = nullptr;
  std::string pointer;  ///< "" or "/data"
  /// Holds the document that was inside base64; `object` then points into it.
  std::unique_ptr<const Json> decoded;
};

/// Takes the {"data": …} wrapper off, which holds an object or the base64 of its JSON text.
/// Nothing, and a problem, for anything else, and for a wrapper inside a wrapper.
std::optional<Unwrapped> Unwrap(const Json& document, Problems& problems);

}  // namespace ecm
