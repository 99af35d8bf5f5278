#include <fmt/format.h>

#include "asl/field_reader.h"

namespace ecm::asl {
namespace {

ChoiceRule ReadRule(FieldReader& reader, bool outermost);

ChoiceRule ReadInner(const Json& json, const std::string& pointer, Problems& problems) {
  FieldReader reader(json, pointer, problems);
  return ReadRule(reader, false);
}

/// And, Or, Not; nothing where the rule is a data test.
std::optional<ChoiceRule> ReadCombination(FieldReader& reader) {
  std::optional<ChoiceRule> found;
  const auto read_list = [&](std::string_view field, ChoiceRule::Kind kind) {
    const JsonArray* list = reader.List(field);
    if (list == nullptr) return;
    if (found) reader.Problem(field, "only one of And, Or and Not may stand in a rule");
    found.emplace().kind = kind;
    const std::string pointer = PointerTo(reader.pointer(), field);
    for (std::size_t at = 0; at < list->size(); ++at) {
      found->rules.push_back(ReadInner((*list)[at], PointerTo(pointer, at), reader.problems()));
    }
  };
  read_list("And", ChoiceRule::Kind::kAnd);
  read_list("Or", ChoiceRule::Kind::kOr);
  if (const Json* inner = reader.Take("Not")) {
    if (found) reader.Problem("Not", "only one of And, Or and Not may stand in a rule");
    found.emplace().kind = ChoiceRule::Kind::kNot;
    found->rules.push_back(
        ReadInner(*inner, PointerTo(reader.pointer(), "Not"), reader.problems()));
  }
  return found;
}

ChoiceRule ReadTest(FieldReader& reader) {
  ChoiceRule rule;
  const auto variable = reader.ReferencePath("Variable");
  if (variable) rule.variable = *variable;
  for (const Comparison& comparison : AllComparisons()) {
    const Json* operand = reader.Take(comparison.name);
    if (operand == nullptr) continue;
    if (rule.comparison != nullptr) {
      reader.Problem(comparison.name, fmt::format("it excludes {}: one comparison in a rule",
                                                  rule.comparison->name));
      continue;
    }
    rule.comparison = &comparison;
    const std::string_view problem = CheckOperand(comparison, *operand);
    if (!problem.empty()) {
      reader.Problem(comparison.name, std::string(problem));
    } else if (comparison.by_path) {
      rule.operand_path = reader.ReferencePath(comparison.name).value_or(Path());
    } else {
      rule.operand = *operand;
    }
  }
  return rule;
}

ChoiceRule ReadRule(FieldReader& reader, bool outermost) {
  auto combination = ReadCombination(reader);
  ChoiceRule rule = combination ? *std::move(combination) : ReadTest(reader);
  reader.String("Comment");
  if (!outermost && reader.Take("Next") != nullptr) {
    reader.Problem("Next", "only the outermost rule has a Next");
  }
  const std::size_t before = reader.problems().size();
  reader.RefuseOthers("a choice rule");
  // A misspelt field is the better message than the one that is missing because of it.
  if (rule.kind == ChoiceRule::Kind::kTest && reader.problems().size() == before) {
    if (rule.comparison == nullptr) {
      reader.Problem("", "a comparison such as StringEquals, or And, Or, Not, is missing");
    } else if (reader.Take("Variable") == nullptr) {
      reader.Problem("", "'Variable' is missing");
    }
  }
  return rule;
}

}  // namespace

ChoiceSpec ReadChoice(FieldReader& state) {
  ChoiceSpec spec;
  const JsonArray* list = state.List("Choices");
  if (list == nullptr) {
    state.Problem("", "'Choices' with at least one rule is missing");
  } else {
    const std::string pointer = PointerTo(state.pointer(), "Choices");
    for (std::size_t at = 0; at < list->size(); ++at) {
      FieldReader reader((*list)[at], PointerTo(pointer, at), state.problems());
      Transition next = reader.Target("Next");
      if (next.name.empty()) reader.Problem("", "'Next' is missing");
      spec.choices.push_back({ReadRule(reader, true), std::move(next)});
    }
  }
  Transition otherwise = state.Target("Default");
  if (!otherwise.name.empty()) spec.otherwise = std::move(otherwise);
  return spec;
}

}  // namespace ecm::asl
