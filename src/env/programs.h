#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace ecm {

struct ProgramOutput {
  int exit_code = 0;  ///< 128 + signal where one ended it
  std::string out;    ///< at most 1 MiB
  std::string err;    ///< its last 4 KiB
};

/// The door to other programs that answer and end, such as a credential_process. No shell is
/// between: arguments arrive as they are.
class Programs {
 public:
  virtual ~Programs() = default;
  /// kNotFound where there is no such program (PATH is searched), kUnavailable when it does not
  /// end in time: then it is killed.
  virtual Result<ProgramOutput> Run(const std::vector<std::string>& arguments,
                                    Duration timeout) = 0;
};

}  // namespace ecm
