#pragma once

#include <string>
#include <vector>

#include "aws/sigv4.h"
#include "base/result.h"

namespace ecm::cli {

/// The keys that requests may be signed with: a JSON list of {"access_key_id": …,
/// "secret_access_key": …}. The file must be a regular one that nobody but its owner may read.
/// kInvalidJob otherwise; no message repeats anything of what is in the file.
Result<std::vector<Credentials>> ReadKeys(const std::string& path);

}  // namespace ecm::cli
