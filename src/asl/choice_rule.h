#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "asl/path.h"
#include "asl/scope.h"

namespace ecm::asl {

enum class Operand { kString, kNumeric, kBoolean, kTimestamp, kMatches, kIsType };
enum class Relation { kEquals, kLess, kGreater, kLessEquals, kGreaterEquals };
/// Of the Is… tests.
enum class TypeTest { kPresent, kNull, kString, kNumeric, kBoolean, kTimestamp };

/// One data test of the language: "NumericLessThanPath".
struct Comparison {
  std::string_view name;
  Operand operand;
  Relation relation = Relation::kEquals;
  TypeTest type = TypeTest::kPresent;
  bool by_path = false;  ///< the operand is a path to the value
};

/// nullptr for a name that is none.
const Comparison* FindComparison(std::string_view name);
const std::vector<Comparison>& AllComparisons();
/// What is wrong with the constant that a test compares with, "" for nothing.
std::string_view CheckOperand(const Comparison& comparison, const Json& operand);

/// One rule of a Choice, compiled.
struct ChoiceRule {
  enum class Kind { kTest, kAnd, kOr, kNot };
  Kind kind = Kind::kTest;
  std::vector<ChoiceRule> rules;  ///< of And, Or and Not
  Path variable;
  const Comparison* comparison = nullptr;
  Json operand;
  Path operand_path;
};

/// Whether the rule holds. A value of another type makes a test false; a Variable that is not there
/// is an error, except to IsPresent.
Result<bool> Holds(const ChoiceRule& rule, const Scope& scope);

/// `*` stands for any characters, `\*` and `\\` for themselves.
bool MatchesPattern(std::string_view text, std::string_view pattern);

}  // namespace ecm::asl
