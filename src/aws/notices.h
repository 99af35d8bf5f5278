#pragma once

#include <string>

#include "base/result.h"

namespace ecm {

/// The topic that tells people. At least once: after an error or a crash the same notice may be
/// published again.
class Notices {
 public:
  virtual ~Notices() = default;
  /// `subject`: ASCII, one line, at most 100 characters.
  virtual Result<void> Publish(const std::string& subject, const std::string& message) = 0;
};

}  // namespace ecm
