#include "job/reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/text.h"
#include "job/formats.h"

namespace ecm {
namespace {

void Mismatch(const Node& node, std::string_view expected, std::string_view found,
              Problems& problems) {
  problems.Add(node.pointer, fmt::format("expected {}, found {}", expected, found));
}

/// The number in digits only, without leading zeros; also 2.0 and 1e1, which JSON calls integers.
std::optional<std::int64_t> AsInteger(const Json& json) {
  if (const std::int64_t* number = json.if_int64()) return *number;
  if (const double* number = json.if_double()) {
    constexpr double kExact = 9007199254740992.0;  // 2^53
    if (std::trunc(*number) != *number || std::fabs(*number) > kExact) return std::nullopt;
    return static_cast<std::int64_t>(*number);
  }
  if (!json.is_string()) return std::nullopt;
  const std::string_view digits = json.get_string();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool canonical = !digits.starts_with('0') && !digits.starts_with('-');
  if (error != std::errc() || end != digits.data() + digits.size() || !canonical) {
    return std::nullopt;
  }
  return number;
}

std::string Describe(const Json& json) {
  if (json.is_string()) return Quote(json.get_string());
  if (json.is_double()) return fmt::format("{}", json.get_double());
  if (json.is_number() || json.is_bool()) return ToText(json);
  return std::string(TypeName(json));
}

}  // namespace

std::string_view TypeName(const Json& json) {
  switch (json.kind()) {
    case boost::json::kind::null:
      return "null";
    case boost::json::kind::bool_:
      return "a boolean";
    case boost::json::kind::string:
      return "a string";
    case boost::json::kind::array:
      return "an array";
    case boost::json::kind::object:
      return "an object";
    default:
      return "a number";
  }
}

std::optional<std::string> ReadText(const Node& node, const TextRule& rule, Problems& problems) {
  if (!node.json->is_string()) {
    Mismatch(node, rule.expected, TypeName(*node.json), problems);
    return std::nullopt;
  }
  const std::string_view text = node.json->get_string();
  const std::size_t length = CountCharacters(text);
  if (text.empty() && !rule.may_be_empty) {
    Mismatch(node, rule.expected, "an empty string", problems);
  } else if (length > rule.max_length) {
    Mismatch(node, fmt::format("at most {} characters ({})", rule.max_length, rule.expected),
             std::to_string(length), problems);
  } else if (!rule.fits(text)) {
    Mismatch(node, rule.expected, Quote(text), problems);
  } else {
    return std::string(text);
  }
  return std::nullopt;
}

std::optional<std::int64_t> ReadInteger(const Node& node, const IntegerRule& rule,
                                        Problems& problems) {
  const std::optional<std::int64_t> number = AsInteger(*node.json);
  if (number && *number >= rule.min && *number <= rule.max) return number;
  Mismatch(node, fmt::format("{} from {} to {}", rule.expected, rule.min, rule.max),
           Describe(*node.json), problems);
  return std::nullopt;
}

std::optional<std::string> ReadValue(const Node& node, std::size_t max_length, Problems& problems) {
  if (node.json->is_int64() || node.json->is_bool()) return ToText(*node.json);
  if (node.json->is_number()) {
    Mismatch(node, "a string, a 64-bit integer or a boolean (write other numbers as strings)",
             Describe(*node.json), problems);
    return std::nullopt;
  }
  return ReadText(node,
                  {.expected = "a string without control characters, an integer or a boolean",
                   .fits = IsXmlSafe,
                   .max_length = max_length,
                   .may_be_empty = true},
                  problems);
}

const JsonArray* ReadArray(const Node& node, std::string_view of_what, std::size_t max_size,
                           Problems& problems) {
  const JsonArray* array = node.json->if_array();
  if (array != nullptr && array->size() <= max_size) return array;
  Mismatch(node, fmt::format("an array of at most {} {}", max_size, of_what),
           array == nullptr ? std::string(TypeName(*node.json)) : std::to_string(array->size()),
           problems);
  return nullptr;
}

const JsonObject* ReadObject(const Node& node, std::string_view of_what, std::size_t max_size,
                             Problems& problems) {
  const JsonObject* object = node.json->if_object();
  if (object != nullptr && object->size() <= max_size) return object;
  Mismatch(node, fmt::format("an object of at most {} {}", max_size, of_what),
           object == nullptr ? std::string(TypeName(*node.json)) : std::to_string(object->size()),
           problems);
  return nullptr;
}

void RefuseUnknownMembers(const JsonObject& object, const std::string& pointer,
                          std::span<const std::string_view> known, Problems& problems) {
  for (const auto& member : object) {
    const std::string_view key = member.key();
    if (std::ranges::find(known, key) != known.end()) continue;
    if (problems.IsFull()) return;
    const std::string_view nearest = Nearest(key, {known.begin(), known.end()});
    problems.Add(PointerTo(pointer, TruncateUtf8(key, /*max_bytes=*/256)),
                 nearest.empty() ? "unknown member; remove it"
                                 : fmt::format("unknown member; did you mean '{}'?", nearest));
  }
}

std::optional<Node> RequireMember(const JsonObject& object, const std::string& pointer,
                                  std::string_view key, std::string_view expected,
                                  Problems& problems) {
  std::optional<Node> node = FindMember(object, pointer, key);
  if (!node)
    problems.Add(PointerTo(pointer, key), fmt::format("is missing: expected {}", expected));
  return node;
}

std::optional<Node> FindMember(const JsonObject& object, const std::string& pointer,
                               std::string_view key) {
  const Json* json = object.if_contains(key);
  if (json == nullptr) return std::nullopt;
  return Node{json, PointerTo(pointer, key)};
}

}  // namespace ecm
