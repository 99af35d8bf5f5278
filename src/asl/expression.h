#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "asl/path.h"
#include "asl/scope.h"

namespace ecm::asl {

/// The value of a member whose name ends in ".$": a path or an intrinsic function, compiled.
struct Expression {
  enum class Kind { kPath, kLiteral, kFormat, kStringToJson, kJsonToString };
  Kind kind = Kind::kPath;
  Path path;                          ///< kPath
  Json literal;                       ///< kLiteral: a string stands with its \ escapes
  std::vector<Expression> arguments;  ///< of a function
};

/// Runs States.Format, States.StringToJson and States.JsonToString; other functions are refused.
Result<Expression> ParseExpression(std::string_view text);

/// The value; it may lie in the scope, else in `storage`.
Result<const Json*> Evaluate(const Expression& expression, const Scope& scope, Json& storage);

/// Every path in it, those of inner functions too.
void CollectPaths(const Expression& expression, std::vector<const Path*>& paths);

}  // namespace ecm::asl
