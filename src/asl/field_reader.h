#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "asl/definition.h"
#include "asl/model.h"

namespace ecm::asl {

using Problems = std::vector<DefinitionProblem>;

/// Reads the fields of one object of a definition, remembers which it was asked for and refuses the
/// others.
class FieldReader {
 public:
  /// `json` that is no object is a problem, and every field is then absent.
  FieldReader(const Json& json, std::string pointer, Problems& problems);

  const std::string& pointer() const { return pointer_; }
  Problems& problems() { return problems_; }
  void Problem(std::string_view field, std::string message);

  /// nullptr where the field is not there. Asking for a field makes it a known one.
  const Json* Take(std::string_view field);
  /// The field if it is there and of that type; another type is a problem.
  std::optional<std::string> String(std::string_view field);
  std::optional<std::int64_t> Integer(std::string_view field, std::int64_t least,
                                      std::int64_t most);
  std::optional<double> Number(std::string_view field, double least, double most);
  std::optional<bool> Boolean(std::string_view field);
  std::optional<Path> ReferencePath(std::string_view field);
  std::optional<PayloadTemplate> Template(std::string_view field);
  /// "TimeoutSeconds" reads that and "TimeoutSecondsPath": at most one of them.
  Seconds SecondsOrPath(const std::string& field, std::int64_t least);
  Selector Selection(std::string_view field);
  Placement Place(std::string_view field);
  Transition Target(std::string_view field);
  /// An array that is not empty; nullptr where the field is not there or is something else.
  const JsonArray* List(std::string_view field);

  /// Every field that nobody asked for is a problem: of the language but not run here, or unknown
  /// and perhaps misspelt. `what` is "a Task state".
  void RefuseOthers(std::string_view what);

 private:
  const JsonObject* object_ = nullptr;
  std::string pointer_;
  Problems& problems_;
  std::vector<std::string> known_;
};

/// Reads ErrorEquals of a Retry or Catch.
std::vector<std::string> ReadErrorEquals(FieldReader& reader, bool last, bool retry);
std::vector<Retrier> ReadRetry(FieldReader& state);
std::vector<Catcher> ReadCatch(FieldReader& state);
ChoiceSpec ReadChoice(FieldReader& state);
TaskSpec ReadTask(FieldReader& state);
State ReadState(const std::string& name, const Json& json, const std::string& pointer,
                Problems& problems);

}  // namespace ecm::asl
