#pragma once

#include "env/files.h"

namespace ecm {

/// Files of the machine. Only regular ones are read: a pipe or a terminal would make us wait.
class RealFiles : public Files {
 public:
  Result<std::string> Read(const std::string& path) const override;
};

}  // namespace ecm
