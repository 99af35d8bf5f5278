#include "lifecycle/shipped_definition.h"

namespace ecm {

extern const std::string_view kStateMachineText;

namespace lifecycle {
namespace {

Result<std::string> Fill(std::string_view text, const std::map<std::string, std::string>& values) {
  std::string filled;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
    const std::size_t end = text.find('}', at);
    const std::string name(text.substr(at + 2, end - at - 2));
    const auto value = values.find(name);
    if (value == values.end()) {
      return Fail(ErrorKind::kInternal,
                  "the state machine's placeholder " + name + " has no value");
    }
    filled.append(text.substr(0, at)).append(value->second);
    text.remove_prefix(end + 1);
  }
  return filled.append(text);
}

/// Inside JSON strings only: the file is JSON before it is filled, and stays it.
Result<void> FillStrings(Json& json, const std::map<std::string, std::string>& values) {
  if (json.is_string()) {
    ECM_TRY(const std::string filled, Fill(json.get_string(), values));
    json = filled;
  } else if (json.is_object()) {
    for (auto& member : json.get_object()) ECM_TRY_VOID(FillStrings(member.value(), values));
  } else if (json.is_array()) {
    for (Json& element : json.get_array()) ECM_TRY_VOID(FillStrings(element, values));
  }
  return {};
}

}  // namespace

Result<Json> ShippedDefinition(const std::map<std::string, std::string>& values) {
  ECM_TRY(Json definition, ParseJson(kStateMachineText));
  ECM_TRY_VOID(FillStrings(definition, values));
  return definition;
}

}  // namespace lifecycle
}  // namespace ecm
