#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/json.h"

namespace ecm::emr_model {

using Tags = std::vector<std::pair<std::string, std::string>>;

/// `given` written over `present`: a key that is there gets the new value. The error has the code
/// of the operation that asks (facts: EMR API, constraints).
Result<Tags> MergeTags(Tags present, const JsonArray& given, std::string_view error_code);

}  // namespace ecm::emr_model
