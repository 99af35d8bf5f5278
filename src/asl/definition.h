#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/json.h"

namespace ecm::asl {

/// One mistake in a definition, or one thing of the language that this executor does not run.
struct DefinitionProblem {
  std::string pointer;  ///< RFC 6901 into the definition
  std::string message;
};

/// A parsed and validated state machine with its paths compiled; immutable.
class Definition;

struct DefinitionReading {
  std::shared_ptr<const Definition> definition;  ///< nullptr if there are problems
  std::vector<DefinitionProblem> problems;
};

/// Every problem at once: dangling Next, unreachable states, unknown fields, error names that no
/// Retry may name, whatever this executor does not run.
DefinitionReading ReadDefinition(const Json& document);

}  // namespace ecm::asl
