#pragma once

#include <string>

#include "base/result.h"

namespace ecm::cli {

/// The text of a job description: the file's, or standard input's for "-". At most 256 KiB, what
/// StartExecution takes; kInvalidJob with the reason otherwise.
Result<std::string> ReadJobFile(const std::string& path);

}  // namespace ecm::cli
