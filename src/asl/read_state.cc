#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "asl/field_reader.h"
#include "base/text.h"

namespace ecm::asl {
namespace {

constexpr std::array<std::string_view, 6> kTypes = {"Task", "Choice",  "Wait",
                                                    "Pass", "Succeed", "Fail"};

WaitSpec ReadWait(FieldReader& state) {
  WaitSpec wait;
  wait.seconds = state.SecondsOrPath("Seconds", 0);
  const auto timestamp = state.String("Timestamp");
  if (timestamp) {
    const auto until = ParseIso8601(*timestamp);
    if (until) {
      wait.until = *until;
    } else {
      state.Problem("Timestamp", until.error().message);
    }
  }
  wait.until_path = state.ReferencePath("TimestampPath");
  int given = 0;
  for (const std::string_view field : {"Seconds", "SecondsPath", "Timestamp", "TimestampPath"}) {
    if (state.Take(field) != nullptr) ++given;
  }
  if (given != 1) {
    state.Problem("",
                  "exactly one of Seconds, SecondsPath, Timestamp and TimestampPath is "
                  "expected");
  }
  return wait;
}

PassSpec ReadPass(FieldReader& state) {
  PassSpec pass;
  if (const Json* result = state.Take("Result")) pass.result = *result;
  pass.parameters = state.Template("Parameters");
  pass.placement = state.Place("ResultPath");
  return pass;
}

/// "Error" or "ErrorPath", "Cause" or "CausePath".
std::optional<Expression> ReadFailText(FieldReader& state, const std::string& field) {
  const auto constant = state.String(field);
  const auto dynamic = state.String(field + "Path");
  if (constant && dynamic) {
    state.Problem(field + "Path", fmt::format("it excludes {}: only one of them", field));
  }
  if (dynamic) {
    auto expression = ParseExpression(*dynamic);
    if (expression) return *std::move(expression);
    state.Problem(field + "Path", expression.error().message);
  }
  if (!constant) return std::nullopt;
  // Evaluate reads \ in a literal as an escape, here it is none.
  std::string escaped;
  for (const char character : *constant) {
    if (character == '\\') escaped += '\\';
    escaped += character;
  }
  Expression expression{Expression::Kind::kLiteral, {}, {}, {}};
  expression.literal = escaped;
  return expression;
}

void ReadNextOrEnd(FieldReader& reader, State& state) {
  state.next = reader.Target("Next");
  const bool end = reader.Boolean("End").value_or(false);
  if (end && !state.next.name.empty()) reader.Problem("End", "it excludes Next: only one of them");
  if (!end && reader.Take("Next") == nullptr) {
    reader.Problem("", "either Next or \"End\": true is missing");
  }
}

void ReadSpec(FieldReader& reader, State& state) {
  if (state.type == "Task") {
    state.spec = ReadTask(reader);
  } else if (state.type == "Choice") {
    state.spec = ReadChoice(reader);
  } else if (state.type == "Wait") {
    state.spec = ReadWait(reader);
  } else if (state.type == "Pass") {
    state.spec = ReadPass(reader);
  } else if (state.type == "Fail") {
    FailSpec spec;
    spec.error = ReadFailText(reader, "Error");
    spec.cause = ReadFailText(reader, "Cause");
    state.spec = std::move(spec);
  } else {
    state.spec = SucceedSpec{};
  }
}

void RefuseType(FieldReader& reader, const std::string& type) {
  if (type == "Parallel" || type == "Map") {
    reader.Problem("Type", fmt::format("{} states are not run by this executor", type));
    return;
  }
  const std::string_view near = Nearest(type, {kTypes.begin(), kTypes.end()});
  reader.Problem("Type",
                 fmt::format("there is no state type '{}'{}", type,
                             near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

}  // namespace

State ReadState(const std::string& name, const Json& json, const std::string& pointer,
                Problems& problems) {
  FieldReader reader(json, pointer, problems);
  State state;
  state.name = name;
  state.pointer = pointer;
  const auto type = reader.String("Type");
  const auto found = std::ranges::find(kTypes, type.value_or(""));
  if (found == kTypes.end()) {
    if (type) {
      RefuseType(reader, *type);
    } else if (json.is_object()) {
      reader.Problem("", "'Type' is missing");
    }
    return state;
  }
  state.type = *found;
  reader.String("Comment");
  if (const auto language = reader.String("QueryLanguage"); language && *language != "JSONPath") {
    reader.Problem("QueryLanguage", "only JSONPath is run by this executor");
  }
  if (state.type != "Fail") {
    state.input = reader.Selection("InputPath");
    state.output = reader.Selection("OutputPath");
  }
  if (state.type == "Task" || state.type == "Wait" || state.type == "Pass") {
    ReadNextOrEnd(reader, state);
  }
  ReadSpec(reader, state);
  reader.RefuseOthers(fmt::format("a {} state", state.type));
  return state;
}

}  // namespace ecm::asl
