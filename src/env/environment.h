#pragma once

#include <optional>
#include <string>

namespace ecm {

/// The only door to environment variables.
class Environment {
 public:
  virtual ~Environment() = default;
  /// Nothing where the variable is not set; an empty one is "".
  virtual std::optional<std::string> Get(const std::string& name) const = 0;
};

}  // namespace ecm
