#pragma once

#include <string>

#include "base/result.h"

namespace ecm {

/// The door to small text files that others wrote: profiles, tokens, cached sessions.
class Files {
 public:
  virtual ~Files() = default;
  /// The whole file, at most 1 MiB. kNotFound where there is none, kAccessDenied where it may not
  /// be read.
  virtual Result<std::string> Read(const std::string& path) const = 0;
};

}  // namespace ecm
