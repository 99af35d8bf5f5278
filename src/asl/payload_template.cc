#include "asl/payload_template.h"

#include <fmt/format.h>

#include <algorithm>

namespace ecm::asl {
namespace {

using Kind = PayloadTemplate::Kind;

constexpr std::string_view kDynamic = ".$";

PayloadTemplate Literal(const Json& json) {
  PayloadTemplate made;
  made.literal = json;
  return made;
}

PayloadTemplate CompileExpression(const Json& json, const std::string& pointer,
                                  std::vector<DefinitionProblem>& problems) {
  PayloadTemplate made;
  made.kind = Kind::kExpression;
  if (!json.is_string()) {
    problems.push_back({pointer,
                        "a member whose name ends in .$ is a path or a function, in a "
                        "string"});
    return made;
  }
  auto expression = ParseExpression(json.get_string());
  if (!expression) {
    problems.push_back({pointer, expression.error().message});
  } else {
    made.expression = *std::move(expression);
  }
  return made;
}

PayloadTemplate CompileObject(const Json& json, const std::string& pointer,
                              std::vector<DefinitionProblem>& problems) {
  PayloadTemplate made;
  made.kind = Kind::kObject;
  bool constant = true;
  for (const auto& member : json.get_object()) {
    std::string name(member.key());
    const std::string place = PointerTo(pointer, name);
    const bool dynamic = name.ends_with(kDynamic);
    PayloadTemplate value = dynamic ? CompileExpression(member.value(), place, problems)
                                    : CompileTemplate(member.value(), place, problems);
    if (dynamic) {
      name.resize(name.size() - kDynamic.size());
      if (json.get_object().contains(name)) {
        problems.push_back({place, fmt::format("'{}' stands twice, with and without .$", name)});
      }
    }
    constant = constant && value.kind == Kind::kLiteral;
    made.members.push_back({std::move(name), std::move(value)});
  }
  return constant ? Literal(json) : made;
}

}  // namespace

PayloadTemplate CompileTemplate(const Json& json, const std::string& pointer,
                                std::vector<DefinitionProblem>& problems) {
  if (json.is_object()) return CompileObject(json, pointer, problems);
  if (!json.is_array()) return Literal(json);
  PayloadTemplate made;
  made.kind = Kind::kArray;
  for (std::size_t at = 0; at < json.get_array().size(); ++at) {
    made.elements.push_back(
        CompileTemplate(json.get_array()[at], PointerTo(pointer, at), problems));
  }
  const bool constant = std::ranges::all_of(
      made.elements, [](const PayloadTemplate& part) { return part.kind == Kind::kLiteral; });
  return constant ? Literal(json) : made;
}

Result<Json> Fill(const PayloadTemplate& payload, const Scope& scope) {
  switch (payload.kind) {
    case Kind::kLiteral:
      return payload.literal;
    case Kind::kExpression: {
      Json storage;
      ECM_TRY(const Json* value, Evaluate(payload.expression, scope, storage));
      if (value == &storage) return storage;
      return *value;
    }
    case Kind::kObject: {
      JsonObject object;
      object.reserve(payload.members.size());
      for (const auto& [name, part] : payload.members) {
        ECM_TRY(Json value, Fill(part, scope));
        object.emplace(name, std::move(value));
      }
      return Json(std::move(object));
    }
    case Kind::kArray: {
      JsonArray array;
      array.reserve(payload.elements.size());
      for (const PayloadTemplate& part : payload.elements) {
        ECM_TRY(Json value, Fill(part, scope));
        array.push_back(std::move(value));
      }
      return Json(std::move(array));
    }
  }
  std::unreachable();
}

void CollectPaths(const PayloadTemplate& payload, std::vector<const Path*>& paths) {
  if (payload.kind == Kind::kExpression) CollectPaths(payload.expression, paths);
  for (const PayloadMember& member : payload.members) CollectPaths(member.value, paths);
  for (const PayloadTemplate& part : payload.elements) CollectPaths(part, paths);
}

}  // namespace ecm::asl
