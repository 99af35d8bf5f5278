#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace ecm::service_model {

/// The shapes of a service model (botocore's vocabulary: structure, list, map, string, integer,
/// long, double, boolean, timestamp; required, enum, min, max, pattern), compiled for checking.
class ShapeValidator {
 public:
  /// kInternal where the model uses what is not known here.
  static Result<ShapeValidator> Compile(const Json& shapes);

  /// Every violation (at most 20), each in the manner of AWS: "Value null at 'instances' failed to
  /// satisfy constraint: Member must not be null". Members that the shape does not have are
  /// violations; a null member is one that is not there.
  std::vector<std::string> Check(std::string_view shape, const Json& value) const;

 private:
  enum class Type { kStructure, kList, kMap, kString, kInteger, kLong, kDouble, kBoolean, kTime };
  /// The patterns of the services that are built in, each checked by hand: a value may be long and
  /// comes from anybody.
  enum class Pattern { kNone, kXmlSafe, kAscii };
  using Index = std::uint32_t;
  struct Shape {
    Type type = Type::kString;
    std::map<std::string, Index, std::less<>> members;
    std::vector<std::string> required;
    Index key = 0;      ///< of a map
    Index element = 0;  ///< of a list or a map
    std::optional<double> min;
    std::optional<double> max;
    Pattern pattern = Pattern::kNone;
    std::vector<std::string> values;  ///< of an enum
  };
  struct Place;
  class Checker;

  static Result<Shape> CompileOne(const std::string& name, const Json& source,
                                  const std::map<std::string, Index, std::less<>>& names);

  std::vector<Shape> shapes_;
  std::map<std::string, Index, std::less<>> names_;
};

}  // namespace ecm::service_model
