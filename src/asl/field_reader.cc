#include "asl/field_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ecm::asl {
namespace {

/// Fields of the language that this executor does not run, so that they are not called unknown.
constexpr std::array<std::string_view, 18> kNotRun = {"Assign",
                                                      "Arguments",
                                                      "Output",
                                                      "Condition",
                                                      "Credentials",
                                                      "Branches",
                                                      "Iterator",
                                                      "ItemsPath",
                                                      "ItemProcessor",
                                                      "ItemReader",
                                                      "ItemSelector",
                                                      "ItemBatcher",
                                                      "ResultWriter",
                                                      "Items",
                                                      "Label",
                                                      "MaxConcurrency",
                                                      "MaxConcurrencyPath",
                                                      "ToleratedFailurePercentage"};

}  // namespace

FieldReader::FieldReader(const Json& json, std::string pointer, Problems& problems)
    : object_(json.if_object()), pointer_(std::move(pointer)), problems_(problems) {
  if (object_ == nullptr) problems_.push_back({pointer_, "an object is expected"});
}

void FieldReader::Problem(std::string_view field, std::string message) {
  problems_.push_back({field.empty() ? pointer_ : PointerTo(pointer_, field), std::move(message)});
}

const Json* FieldReader::Take(std::string_view field) {
  known_.emplace_back(field);
  return object_ == nullptr ? nullptr : object_->if_contains(field);
}

std::optional<std::string> FieldReader::String(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return std::string(value->get_string());
  Problem(field, "a string is expected");
  return std::nullopt;
}

std::optional<std::int64_t> FieldReader::Integer(std::string_view field, std::int64_t least,
                                                 std::int64_t most) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64() && value->get_int64() >= least && value->get_int64() <= most) {
    return value->get_int64();
  }
  Problem(field, fmt::format("a whole number from {} to {} is expected", least, most));
  return std::nullopt;
}

std::optional<double> FieldReader::Number(std::string_view field, double least, double most) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) {
    const double number = value->to_number<double>();
    if (number >= least && number <= most) return number;
  }
  Problem(field, fmt::format("a number from {} to {} is expected", least, most));
  return std::nullopt;
}

std::optional<bool> FieldReader::Boolean(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  Problem(field, "true or false is expected");
  return std::nullopt;
}

std::optional<Path> FieldReader::ReferencePath(std::string_view field) {
  const auto text = String(field);
  if (!text) return std::nullopt;
  auto path = Path::Parse(*text);
  if (!path) {
    Problem(field, path.error().message);
    return std::nullopt;
  }
  if (path->root() == Path::Root::kContext && !IsContextPath(*path)) {
    Problem(field, fmt::format("the context object of this executor has nothing at '{}'", *text));
  }
  return *std::move(path);
}

std::optional<PayloadTemplate> FieldReader::Template(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return std::nullopt;
  const std::string place = PointerTo(pointer_, field);
  if (!value->is_object()) {
    problems_.push_back({place, "an object is expected"});
    return std::nullopt;
  }
  PayloadTemplate payload = CompileTemplate(*value, place, problems_);
  std::vector<const Path*> paths;
  CollectPaths(payload, paths);
  for (const Path* path : paths) {
    if (path->root() == Path::Root::kContext && !IsContextPath(*path)) {
      problems_.push_back(
          {place,
           fmt::format("the context object of this executor has nothing at '{}'", path->text())});
    }
  }
  return payload;
}

Seconds FieldReader::SecondsOrPath(const std::string& field, std::int64_t least) {
  const Seconds seconds{Integer(field, least, 99'999'999), ReferencePath(field + "Path")};
  if (seconds.fixed && seconds.path) {
    Problem(field + "Path", fmt::format("it excludes {}: only one of them", field));
  }
  return seconds;
}

Selector FieldReader::Selection(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return {};
  if (value->is_null()) return {true, {}};
  return {false, ReferencePath(field).value_or(Path())};
}

Placement FieldReader::Place(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return {};
  if (value->is_null()) return {true, {}};
  Path path = ReferencePath(field).value_or(Path());
  if (path.root() == Path::Root::kContext) {
    Problem(field, "nothing can be written into the context object");
  }
  return {false, std::move(path)};
}

Transition FieldReader::Target(std::string_view field) {
  const auto name = String(field);
  if (name && name->empty()) Problem(field, "the name of a state is expected");
  return {name.value_or(""), PointerTo(pointer_, field), kNoState};
}

const JsonArray* FieldReader::List(std::string_view field) {
  const Json* value = Take(field);
  if (value == nullptr) return nullptr;
  if (value->is_array() && !value->get_array().empty()) return &value->get_array();
  Problem(field, "an array with at least one element is expected");
  return nullptr;
}

void FieldReader::RefuseOthers(std::string_view what) {
  if (object_ == nullptr) return;
  for (const auto& member : *object_) {
    const std::string_view name = member.key();
    if (std::ranges::find(known_, name) != known_.end()) continue;
    if (std::ranges::find(kNotRun, name) != kNotRun.end()) {
      Problem(name, fmt::format("'{}' is not run by this executor", name));
      continue;
    }
    const std::string_view near = Nearest(name, {known_.begin(), known_.end()});
    Problem(name, fmt::format("{} has no field '{}'{}", what, name,
                              near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
  }
}

}  // namespace ecm::asl
