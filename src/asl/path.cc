#include "asl/path.h"

#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <optional>

namespace ecm::asl {
namespace {

bool IsNameCharacter(char character) {
  const auto byte = static_cast<unsigned char>(character);
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte >= 0x80;
}

std::unexpected<Error> Refuse(std::string_view text, std::string_view why) {
  return Fail(ErrorKind::kInvalidJob, fmt::format("'{}' is not a reference path: {}", text, why));
}

/// Reads `'name']` or `0]` at the front of `rest` and takes it away.
std::optional<Path::Step> TakeBracket(std::string_view& rest) {
  Path::Step step;
  if (!rest.empty() && (rest.front() == '\'' || rest.front() == '"')) {
    const char quote = rest.front();
    std::size_t at = 1;
    while (at < rest.size() && rest[at] != quote) {
      if (rest[at] == '\\' && at + 1 < rest.size()) ++at;
      step.key += rest[at++];
    }
    if (at >= rest.size()) return std::nullopt;
    rest.remove_prefix(at + 1);
  } else {
    step.is_index = true;
    const char* const begin = std::to_address(rest.begin());
    const auto [after, error] = std::from_chars(begin, std::to_address(rest.end()), step.index);
    if (error != std::errc()) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(after - begin));
  }
  if (rest.empty() || rest.front() != ']') return std::nullopt;
  rest.remove_prefix(1);
  return step;
}

/// Whether the steps from `at` on can be made inside `place`.
bool Fits(const Json* place, const std::vector<Path::Step>& steps) {
  for (const Path::Step& step : steps) {
    if (step.is_index) {
      if (!place->is_array() || step.index >= place->get_array().size()) return false;
      place = &place->get_array()[step.index];
    } else {
      if (!place->is_object()) return false;
      place = place->get_object().if_contains(step.key);
      // Below a member that is not there only objects can be made.
      if (place == nullptr) {
        const std::size_t made = static_cast<std::size_t>(&step - steps.data()) + 1;
        for (std::size_t at = made; at < steps.size(); ++at) {
          if (steps[at].is_index) return false;
        }
        return true;
      }
    }
  }
  return true;
}

}  // namespace

Result<Path> Path::Parse(std::string_view text) {
  Path path;
  path.text_ = text;
  std::string_view rest = text;
  if (rest.empty() || rest.front() != '$') return Refuse(text, "it must begin with $");
  rest.remove_prefix(1);
  if (!rest.empty() && rest.front() == '$') {
    path.root_ = Root::kContext;
    rest.remove_prefix(1);
  }
  while (!rest.empty()) {
    const bool dot = rest.front() == '.';
    if (dot) rest.remove_prefix(1);
    if (!rest.empty() && rest.front() == '[') {
      rest.remove_prefix(1);
      auto step = TakeBracket(rest);
      if (!step) return Refuse(text, "inside [ ] stands a 'quoted name' or one index");
      path.steps_.push_back(std::move(*step));
      continue;
    }
    std::size_t length = 0;
    while (length < rest.size() && IsNameCharacter(rest[length])) ++length;
    if (!dot || length == 0) {
      return Refuse(text,
                    "only .name, ['name'] and [0] are run here; operators, slices and filters are "
                    "not, and a name with other characters than letters, digits and _ stands as "
                    "['name']");
    }
    path.steps_.push_back(Step{std::string(rest.substr(0, length)), 0, false});
    rest.remove_prefix(length);
  }
  return path;
}

const Json* Path::Follow(const Json& document, std::size_t skip) const {
  const Json* place = &document;
  for (std::size_t at = skip; at < steps_.size(); ++at) {
    const Step& step = steps_[at];
    if (step.is_index) {
      const JsonArray* array = place->if_array();
      if (array == nullptr || step.index >= array->size()) return nullptr;
      place = &(*array)[step.index];
    } else {
      const JsonObject* object = place->if_object();
      place = object == nullptr ? nullptr : object->if_contains(step.key);
      if (place == nullptr) return nullptr;
    }
  }
  return place;
}

bool Path::Put(Json& document, Json value) const {
  if (!Fits(&document, steps_)) return false;
  Json* place = &document;
  for (const Step& step : steps_) {
    if (step.is_index) {
      place = &place->get_array()[step.index];
    } else {
      if (place->is_null()) *place = JsonObject{};  // made by the step before
      place = &place->get_object()[step.key];
    }
  }
  *place = std::move(value);
  return true;
}

}  // namespace ecm::asl
