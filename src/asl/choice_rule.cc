#include "asl/choice_rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace ecm::asl {
namespace {

std::vector<Comparison> MakeComparisons() {
  std::vector<Comparison> all;
  const auto add = [&](std::string_view name, Operand operand, Relation relation, bool by_path) {
    all.push_back({name, operand, relation, TypeTest::kPresent, by_path});
  };
#define ECM_ASL_RELATIONS(Type)                                                      \
  add(#Type "Equals", Operand::k##Type, Relation::kEquals, false);                   \
  add(#Type "EqualsPath", Operand::k##Type, Relation::kEquals, true);                \
  add(#Type "LessThan", Operand::k##Type, Relation::kLess, false);                   \
  add(#Type "LessThanPath", Operand::k##Type, Relation::kLess, true);                \
  add(#Type "GreaterThan", Operand::k##Type, Relation::kGreater, false);             \
  add(#Type "GreaterThanPath", Operand::k##Type, Relation::kGreater, true);          \
  add(#Type "LessThanEquals", Operand::k##Type, Relation::kLessEquals, false);       \
  add(#Type "LessThanEqualsPath", Operand::k##Type, Relation::kLessEquals, true);    \
  add(#Type "GreaterThanEquals", Operand::k##Type, Relation::kGreaterEquals, false); \
  add(#Type "GreaterThanEqualsPath", Operand::k##Type, Relation::kGreaterEquals, true)
  ECM_ASL_RELATIONS(String);
  ECM_ASL_RELATIONS(Numeric);
  ECM_ASL_RELATIONS(Timestamp);
#undef ECM_ASL_RELATIONS
  add("BooleanEquals", Operand::kBoolean, Relation::kEquals, false);
  add("BooleanEqualsPath", Operand::kBoolean, Relation::kEquals, true);
  add("StringMatches", Operand::kMatches, Relation::kEquals, false);
  constexpr std::array<std::pair<std::string_view, TypeTest>, 6> kTypes = {{
      {"IsPresent", TypeTest::kPresent},
      {"IsNull", TypeTest::kNull},
      {"IsString", TypeTest::kString},
      {"IsNumeric", TypeTest::kNumeric},
      {"IsBoolean", TypeTest::kBoolean},
      {"IsTimestamp", TypeTest::kTimestamp},
  }};
  for (const auto& [name, type] : kTypes) {
    all.push_back({name, Operand::kIsType, Relation::kEquals, type, false});
  }
  return all;
}

template <class T>
bool Compare(Relation relation, const T& left, const T& right) {
  switch (relation) {
    case Relation::kEquals:
      return left == right;
    case Relation::kLess:
      return left < right;
    case Relation::kGreater:
      return left > right;
    case Relation::kLessEquals:
      return left <= right;
    case Relation::kGreaterEquals:
      return left >= right;
  }
  std::unreachable();
}

bool IsTimestamp(const Json& value) {
  return value.is_string() && ParseIso8601(value.get_string()).has_value();
}

bool CompareNumbers(Relation relation, const Json& left, const Json& right) {
  if (left.is_int64() && right.is_int64()) {
    return Compare(relation, left.get_int64(), right.get_int64());
  }
  return Compare(relation, left.to_number<double>(), right.to_number<double>());
}

bool CompareTimes(Relation relation, const Json& left, const Json& right) {
  if (!left.is_string() || !right.is_string()) return false;
  const auto left_time = ParseIso8601(left.get_string());
  const auto right_time = ParseIso8601(right.get_string());
  return left_time && right_time && Compare(relation, *left_time, *right_time);
}

bool CompareValues(const Comparison& comparison, const Json& left, const Json& right) {
  switch (comparison.operand) {
    case Operand::kString:
      return left.is_string() && right.is_string() &&
             Compare<std::string_view>(comparison.relation, left.get_string(), right.get_string());
    case Operand::kNumeric:
      return left.is_number() && right.is_number() &&
             CompareNumbers(comparison.relation, left, right);
    case Operand::kBoolean:
      return left.is_bool() && right.is_bool() && left.get_bool() == right.get_bool();
    case Operand::kTimestamp:
      return CompareTimes(comparison.relation, left, right);
    case Operand::kMatches:
      return left.is_string() && MatchesPattern(left.get_string(), right.get_string());
    case Operand::kIsType:
      return false;
  }
  std::unreachable();
}

bool HasType(TypeTest type, const Json* value) {
  if (value == nullptr) return false;
  switch (type) {
    case TypeTest::kPresent:
      return true;
    case TypeTest::kNull:
      return value->is_null();
    case TypeTest::kString:
      return value->is_string();
    case TypeTest::kNumeric:
      return value->is_number();
    case TypeTest::kBoolean:
      return value->is_bool();
    case TypeTest::kTimestamp:
      return IsTimestamp(*value);
  }
  std::unreachable();
}

Result<bool> RunTest(const ChoiceRule& rule, const Scope& scope) {
  Json storage;
  const Comparison& comparison = *rule.comparison;
  if (comparison.operand == Operand::kIsType && comparison.type == TypeTest::kPresent) {
    return (Look(rule.variable, scope, storage) != nullptr) == rule.operand.get_bool();
  }
  ECM_TRY(const Json* value, LookOrFail(rule.variable, scope, storage));
  if (comparison.operand == Operand::kIsType) {
    return HasType(comparison.type, value) == rule.operand.get_bool();
  }
  if (!comparison.by_path) return CompareValues(comparison, *value, rule.operand);
  Json other_storage;
  ECM_TRY(const Json* other, LookOrFail(rule.operand_path, scope, other_storage));
  return CompareValues(comparison, *value, *other);
}

}  // namespace

const std::vector<Comparison>& AllComparisons() {
  static const std::vector<Comparison> kAll = MakeComparisons();
  return kAll;
}

const Comparison* FindComparison(std::string_view name) {
  for (const Comparison& candidate : AllComparisons()) {
    if (candidate.name == name) return &candidate;
  }
  return nullptr;
}

std::string_view CheckOperand(const Comparison& comparison, const Json& operand) {
  if (comparison.by_path) return operand.is_string() ? "" : "a path, in a string, is expected";
  switch (comparison.operand) {
    case Operand::kString:
    case Operand::kMatches:
      return operand.is_string() ? "" : "a string is expected";
    case Operand::kNumeric:
      return operand.is_number() ? "" : "a number is expected";
    case Operand::kBoolean:
    case Operand::kIsType:
      return operand.is_bool() ? "" : "true or false is expected";
    case Operand::kTimestamp:
      return IsTimestamp(operand) ? "" : "a time such as \"2026-11-22T13:14:54Z\" is expected";
  }
  std::unreachable();
}

Result<bool> Holds(const ChoiceRule& rule, const Scope& scope) {
  switch (rule.kind) {
    case ChoiceRule::Kind::kTest:
      return RunTest(rule, scope);
    case ChoiceRule::Kind::kNot: {
      ECM_TRY(const bool holds, Holds(rule.rules.front(), scope));
      return !holds;
    }
    case ChoiceRule::Kind::kAnd:
    case ChoiceRule::Kind::kOr: {
      const bool decisive = rule.kind == ChoiceRule::Kind::kOr;
      for (const ChoiceRule& inner : rule.rules) {
        ECM_TRY(const bool holds, Holds(inner, scope));
        if (holds == decisive) return decisive;
      }
      return !decisive;
    }
  }
  std::unreachable();
}

bool MatchesPattern(std::string_view text, std::string_view pattern) {
  // Greedy with one step back: after a mismatch the last * takes one character more.
  std::size_t at = 0, in_pattern = 0;
  std::size_t star = std::string_view::npos, taken_from = 0;
  while (at < text.size()) {
    const bool wild = in_pattern < pattern.size() && pattern[in_pattern] == '*';
    const bool escaped = in_pattern + 1 < pattern.size() && pattern[in_pattern] == '\\';
    if (wild) {
      star = in_pattern++;
      taken_from = at;
    } else if (in_pattern < pattern.size() && pattern[in_pattern + (escaped ? 1 : 0)] == text[at]) {
      in_pattern += escaped ? 2 : 1;
      ++at;
    } else if (star != std::string_view::npos) {
      in_pattern = star + 1;
      at = ++taken_from;
    } else {
      return false;
    }
  }
  while (in_pattern < pattern.size() && pattern[in_pattern] == '*') ++in_pattern;
  return in_pattern == pattern.size();
}

}  // namespace ecm::asl
