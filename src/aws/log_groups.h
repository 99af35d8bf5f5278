#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

namespace ecm {

/// A line that a function has logged.
struct LoggedLine {
  WallTime time{};
  std::string text;
};

/// Reading CloudWatch Logs, as far as `emrctl logs` needs it.
class LogGroups {
 public:
  virtual ~LogGroups() = default;
  /// The lines of a group that contain `phrase` (printable, without a quote) and came from `begin`
  /// up to `end`; of more than `max_lines` the first ones. kNotFound where there is no such group.
  virtual Result<std::vector<LoggedLine>> FindLines(const Region& region, const std::string& group,
                                                    const std::string& phrase, WallTime begin,
                                                    WallTime end, std::size_t max_lines) = 0;
};

}  // namespace ecm
