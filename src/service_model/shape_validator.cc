#include "service_model/shape_validator.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace ecm::service_model {
namespace {

constexpr std::size_t kMaxViolations = 20;
constexpr int kMaxDepth = 64;
constexpr std::size_t kShownBytes = 120;

/// Of EMR: characters that XML 1.0 allows.
constexpr std::string_view kXmlSafePattern =
    R"([\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\r\n\t]*)";
/// Of Step Functions.
constexpr std::string_view kAsciiPattern = R"(\p{ASCII}*)";

struct TextFacts {
  std::size_t characters = 0;
  bool xml_safe = true;
  bool ascii = true;
};

/// `text` is UTF-8.
TextFacts Measure(std::string_view text) {
  TextFacts facts;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) ++facts.characters;
    if (byte >= 0x80) facts.ascii = false;
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') facts.xml_safe = false;
    // U+FFFE and U+FFFF
    if (byte == 0xEF &&
        (text.substr(i, 3) == "\xEF\xBF\xBE" || text.substr(i, 3) == "\xEF\xBF\xBF")) {
      facts.xml_safe = false;
    }
  }
  return facts;
}

std::string Shown(const Json& value) {
  if (value.is_null()) return "null";
  const std::string text = value.is_string() ? std::string(value.get_string()) : ToText(value);
  return "'" + ToOneLine(TruncateUtf8(text, kShownBytes)) + "'";
}

}  // namespace

/// Where a value stands, written out only for a violation: "steps.1.member.actionOnFailure".
struct ShapeValidator::Place {
  const Place* parent = nullptr;
  std::string_view member;
  std::size_t element = 0;  ///< from 1, of a list

  std::string Path() const {
    std::string path = parent != nullptr ? parent->Path() : std::string();
    if (parent == nullptr) return path;
    if (!path.empty()) path += '.';
    if (element > 0) return path + std::to_string(element) + ".member";
    std::string name = ToOneLine(TruncateUtf8(member, kShownBytes));
    if (!name.empty() && name[0] >= 'A' && name[0] <= 'Z') name[0] += 'a' - 'A';
    return path + name;
  }
};

class ShapeValidator::Checker {
 public:
  explicit Checker(const std::vector<Shape>& shapes) : shapes_(shapes) {}

  void Check(Index index, const Json& value, const Place& place, int depth) {
    if (depth > kMaxDepth) return Violate(value, place, "Member must not be nested as deeply");
    const Shape& shape = shapes_[index];
    switch (shape.type) {
      case Type::kStructure:
        return CheckStructure(shape, value, place, depth);
      case Type::kList:
        return CheckList(shape, value, place, depth);
      case Type::kMap:
        return CheckMap(shape, value, place, depth);
      case Type::kString:
        return CheckString(shape, value, place);
      case Type::kBoolean:
        if (!value.is_bool()) Violate(value, place, "Member must be true or false");
        return;
      case Type::kInteger:
      case Type::kLong:
        return CheckInteger(shape, value, place);
      case Type::kDouble:
        if (!value.is_number()) return Violate(value, place, "Member must be a number");
        return CheckRange(shape, value.to_number<double>(), value, place);
      case Type::kTime:
        if (!value.is_number()) Violate(value, place, "Member must be seconds since 1970");
        return;
    }
  }

  std::vector<std::string> TakeViolations() { return std::move(violations_); }

 private:
  void CheckStructure(const Shape& shape, const Json& value, const Place& place, int depth) {
    const JsonObject* object = value.if_object();
    if (object == nullptr) return Violate(value, place, "Member must be a structure");
    for (const std::string& name : shape.required) {
      const Json* member = object->if_contains(name);
      if (member == nullptr || member->is_null()) {
        Violate(nullptr, Place{&place, name}, "Member must not be null");
      }
    }
    for (const auto& member : *object) {
      const Place inner{&place, member.key()};
      const auto known = shape.members.find(std::string_view(member.key()));
      if (known == shape.members.end()) {
        violations_.push_back(fmt::format("Member '{}' is not known", inner.Path()));
        if (Full()) return;
      } else if (!member.value().is_null()) {
        Check(known->second, member.value(), inner, depth + 1);
      }
    }
  }

  void CheckList(const Shape& shape, const Json& value, const Place& place, int depth) {
    const JsonArray* array = value.if_array();
    if (array == nullptr) return Violate(value, place, "Member must be a list");
    CheckLength(shape, array->size(), value, place);
    for (std::size_t i = 0; i < array->size() && !Full(); ++i) {
      CheckElement(shape.element, (*array)[i], Place{&place, {}, i + 1}, depth);
    }
  }

  void CheckMap(const Shape& shape, const Json& value, const Place& place, int depth) {
    const JsonObject* object = value.if_object();
    if (object == nullptr) return Violate(value, place, "Member must be a map");
    CheckLength(shape, object->size(), value, place);
    for (const auto& entry : *object) {
      if (Full()) return;
      const Place inner{&place, entry.key()};
      CheckString(shapes_[shape.key], Json(entry.key()), inner);
      CheckElement(shape.element, entry.value(), inner, depth);
    }
  }

  void CheckElement(Index index, const Json& value, const Place& place, int depth) {
    if (value.is_null()) return Violate(value, place, "Member must not be null");
    Check(index, value, place, depth + 1);
  }

  void CheckString(const Shape& shape, const Json& value, const Place& place) {
    if (!value.is_string()) return Violate(value, place, "Member must be a string");
    const std::string_view text = value.get_string();
    const TextFacts facts = Measure(text);
    CheckLength(shape, facts.characters, value, place);
    if (shape.pattern == Pattern::kXmlSafe && !facts.xml_safe) {
      ViolatePattern(kXmlSafePattern, value, place);
    }
    if (shape.pattern == Pattern::kAscii && !facts.ascii) {
      ViolatePattern(kAsciiPattern, value, place);
    }
    if (!shape.values.empty() && std::ranges::find(shape.values, text) == shape.values.end()) {
      Violate(
          value, place,
          fmt::format("Member must satisfy enum value set: [{}]", fmt::join(shape.values, ", ")));
    }
  }

  void CheckInteger(const Shape& shape, const Json& value, const Place& place) {
    boost::json::error_code not_exact;
    const auto number =
        value.is_number() ? value.to_number<std::int64_t>(not_exact) : std::int64_t{0};
    if (!value.is_number() || not_exact) {
      return Violate(value, place, "Member must be an integer");
    }
    const bool fits =
        shape.type == Type::kLong || (number >= std::numeric_limits<std::int32_t>::min() &&
                                      number <= std::numeric_limits<std::int32_t>::max());
    if (!fits) return Violate(value, place, "Member must be an integer of 32 bits");
    CheckRange(shape, static_cast<double>(number), value, place);
  }

  void CheckLength(const Shape& shape, std::size_t length, const Json& value, const Place& place) {
    const auto size = static_cast<double>(length);
    if (shape.max.has_value() && size > *shape.max) {
      Violate(value, place,
              fmt::format("Member must have length less than or equal to {}", *shape.max));
    }
    if (shape.min.has_value() && size < *shape.min) {
      Violate(value, place,
              fmt::format("Member must have length greater than or equal to {}", *shape.min));
    }
  }

  void CheckRange(const Shape& shape, double number, const Json& value, const Place& place) {
    if (shape.max.has_value() && number > *shape.max) {
      Violate(value, place,
              fmt::format("Member must have value less than or equal to {}", *shape.max));
    }
    if (shape.min.has_value() && number < *shape.min) {
      Violate(value, place,
              fmt::format("Member must have value greater than or equal to {}", *shape.min));
    }
  }

  void ViolatePattern(std::string_view pattern, const Json& value, const Place& place) {
    Violate(value, place,
            "Member must satisfy regular expression pattern: " + std::string(pattern));
  }

  bool Full() const { return violations_.size() >= kMaxViolations; }

  void Violate(const Json& value, const Place& place, std::string_view constraint) {
    if (Full()) return;
    violations_.push_back(fmt::format("Value {} at '{}' failed to satisfy constraint: {}",
                                      Shown(value), place.Path(), constraint));
  }

  const std::vector<Shape>& shapes_;
  std::vector<std::string> violations_;
};

Result<ShapeValidator::Shape> ShapeValidator::CompileOne(
    const std::string& name, const Json& source,
    const std::map<std::string, Index, std::less<>>& names) {
  static const std::map<std::string, Type, std::less<>> kTypes = {
      {"structure", Type::kStructure}, {"list", Type::kList},       {"map", Type::kMap},
      {"string", Type::kString},       {"integer", Type::kInteger}, {"long", Type::kLong},
      {"double", Type::kDouble},       {"boolean", Type::kBoolean}, {"timestamp", Type::kTime}};
  const auto broken = [&name](const std::string& what) {
    return Fail(ErrorKind::kInternal, "Shape " + name + " of the service model " + what);
  };
  const auto type = kTypes.find(StringOr(source, "type"));
  if (type == kTypes.end()) return broken("has a type that is not known");

  Shape shape;
  shape.type = type->second;
  const auto refer = [&names](const Json* to) -> std::optional<Index> {
    if (to == nullptr || !to->is_string()) return std::nullopt;
    const auto found = names.find(std::string_view(to->get_string()));
    return found == names.end() ? std::nullopt : std::optional(found->second);
  };
  if (const Json* members = Find(source, "members")) {
    for (const auto& member : members->as_object()) {
      const std::optional<Index> index = refer(&member.value());
      if (!index.has_value()) return broken("has a member of a shape that is not there");
      shape.members.emplace(member.key(), *index);
    }
  }
  const bool is_map = shape.type == Type::kMap;
  if (is_map || shape.type == Type::kList) {
    const std::optional<Index> element = refer(Find(source, is_map ? "value" : "member"));
    const std::optional<Index> key = is_map ? refer(Find(source, "key")) : Index{0};
    if (!element.has_value() || !key.has_value())
      return broken("is made of a shape that is not there");
    shape.element = *element;
    shape.key = *key;
  }
  for (const Json& required : FindArray(source, "required")) {
    shape.required.emplace_back(required.as_string());
  }
  for (const Json& one : FindArray(source, "enum")) shape.values.emplace_back(one.as_string());
  shape.min = FindDouble(source, "min");
  shape.max = FindDouble(source, "max");
  const std::string pattern = StringOr(source, "pattern");
  if (pattern == kXmlSafePattern) {
    shape.pattern = Pattern::kXmlSafe;
  } else if (pattern == kAsciiPattern) {
    shape.pattern = Pattern::kAscii;
  } else if (!pattern.empty()) {
    return broken("has a pattern that is not known");
  }
  return shape;
}

Result<ShapeValidator> ShapeValidator::Compile(const Json& shapes) {
  ShapeValidator validator;
  if (!shapes.is_object()) return Fail(ErrorKind::kInternal, "The service model has no shapes");
  for (const auto& shape : shapes.get_object()) {
    validator.names_.emplace(shape.key(), static_cast<Index>(validator.names_.size()));
  }
  // Indices in the order of the document: emplace above counts in that order.
  for (const auto& shape : shapes.get_object()) {
    ECM_TRY(Shape compiled, CompileOne(std::string(shape.key()), shape.value(), validator.names_));
    validator.shapes_.push_back(std::move(compiled));
  }
  return validator;
}

std::vector<std::string> ShapeValidator::Check(std::string_view shape, const Json& value) const {
  const auto found = names_.find(shape);
  if (found == names_.end()) return {fmt::format("The service model has no shape {}", shape)};
  Checker checker(shapes_);
  checker.Check(found->second, value, Place{}, 0);
  return checker.TakeViolations();
}

}  // namespace ecm::service_model
