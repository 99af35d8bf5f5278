#pragma once

#include <string>
#include <vector>

#include "asl/definition.h"
#include "asl/expression.h"

namespace ecm::asl {

struct PayloadMember;

/// Parameters or ResultSelector, compiled: parts without any ".$" are kept as they are.
struct PayloadTemplate {
  enum class Kind { kLiteral, kExpression, kObject, kArray };
  Kind kind = Kind::kLiteral;
  Json literal;
  Expression expression;
  std::vector<PayloadMember> members;
  std::vector<PayloadTemplate> elements;
};

struct PayloadMember {
  std::string name;
  PayloadTemplate value;
};

/// Problems are added with pointers below `pointer`.
PayloadTemplate CompileTemplate(const Json& json, const std::string& pointer,
                                std::vector<DefinitionProblem>& problems);

Result<Json> Fill(const PayloadTemplate& payload, const Scope& scope);

void CollectPaths(const PayloadTemplate& payload, std::vector<const Path*>& paths);

}  // namespace ecm::asl
