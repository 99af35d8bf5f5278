#include "base/json.h"

namespace ecm {
namespace {

void WritePretty(std::string& out, const Json& json, int indent) {
  const std::string inner(static_cast<std::size_t>(indent) + 2, ' ');
  const std::string outer(static_cast<std::size_t>(indent), ' ');
  if (json.is_object() && !json.get_object().empty()) {
    std::string_view separator = "{\n";
    for (const auto& member : json.get_object()) {
      out.append(separator).append(inner).append(boost::json::serialize(member.key())).append(": ");
      WritePretty(out, member.value(), indent + 2);
      separator = ",\n";
    }
    out.append("\n").append(outer).append("}");
  } else if (json.is_array() && !json.get_array().empty()) {
    std::string_view separator = "[\n";
    for (const Json& element : json.get_array()) {
      out.append(separator).append(inner);
      WritePretty(out, element, indent + 2);
      separator = ",\n";
    }
    out.append("\n").append(outer).append("]");
  } else {
    out += boost::json::serialize(json);
  }
}

}  // namespace

std::string ToText(const Json& json) { return boost::json::serialize(json); }

std::string ToPrettyText(const Json& json) {
  std::string out;
  WritePretty(out, json, 0);
  return out;
}

const Json* Find(const Json& json, std::initializer_list<std::string_view> path) {
  const Json* at = &json;
  for (const std::string_view key : path) {
    const JsonObject* object = at->if_object();
    at = object == nullptr ? nullptr : object->if_contains(key);
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::optional<std::string> FindString(const Json& json, std::string_view key) {
  const Json* found = Find(json, key);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return std::string(found->get_string());
}

std::optional<std::int64_t> FindInt(const Json& json, std::string_view key) {
  const Json* found = Find(json, key);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  boost::json::error_code error;
  const auto number = found->to_number<std::int64_t>(error);
  if (error) return std::nullopt;
  return number;
}

std::optional<bool> FindBool(const Json& json, std::string_view key) {
  const Json* found = Find(json, key);
  if (found == nullptr || !found->is_bool()) return std::nullopt;
  return found->get_bool();
}

std::optional<double> FindDouble(const Json& json, std::string_view key) {
  const Json* found = Find(json, key);
  if (found == nullptr || !found->is_number()) return std::nullopt;
  return found->to_number<double>();
}

const JsonArray& FindArray(const Json& json, std::string_view key) {
  static const JsonArray kEmpty;
  const Json* found = Find(json, key);
  return found != nullptr && found->is_array() ? found->get_array() : kEmpty;
}

std::string StringOr(const Json& json, std::string_view key, std::string_view otherwise) {
  return FindString(json, key).value_or(std::string(otherwise));
}

void MergePatch(Json& target, const Json& patch) {
  if (!patch.is_object()) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = JsonObject{};
  for (const auto& member : patch.get_object()) {
    if (member.value().is_null()) {
      target.get_object().erase(member.key());
    } else {
      MergePatch(target.get_object()[member.key()], member.value());
    }
  }
}

std::string PointerTo(std::string_view parent, std::string_view key) {
  std::string pointer(parent);
  pointer += '/';
  for (const char character : key) {
    if (character == '~') {
      pointer += "~0";
    } else if (character == '/') {
      pointer += "~1";
    } else {
      pointer += character;
    }
  }
  return pointer;
}

std::string PointerTo(std::string_view parent, std::size_t index) {
  return std::string(parent) + "/" + std::to_string(index);
}

}  // namespace ecm
