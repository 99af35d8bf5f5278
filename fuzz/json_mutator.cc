// Changes inputs that hold JSON so that most of them still do: bytes changed at random seldom come
// past the parser. Linked to targets whose inputs are such texts; every other time libFuzzer's own
// changes are made.

#include <algorithm>
#include <cstring>
#include <limits>

#include "env/random.h"
#include "fuzz.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max);

namespace ecm::fuzz {
namespace {

/// Every value in the document, the document first.
void Collect(Json& json, std::vector<Json*>& values) {
  values.push_back(&json);
  if (auto* object = json.if_object()) {
    for (auto& member : *object) Collect(member.value(), values);
  } else if (auto* array = json.if_array()) {
    for (Json& element : *array) Collect(element, values);
  }
}

std::string ChangedText(std::string text) {
  const std::size_t size = text.size();
  text.resize(size + 16);
  text.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(text.data()), size, text.size()));
  return text;
}

Json Tempting(Random& random) {
  static const JsonArray values{nullptr,
                                true,
                                0,
                                -1,
                                std::numeric_limits<std::int64_t>::max(),
                                std::numeric_limits<std::int64_t>::min(),
                                std::numeric_limits<std::uint64_t>::max(),
                                1e308,
                                -0.5,
                                "",
                                "$",
                                "../..",
                                Json(std::string_view(std::string(300, 'a'))),
                                JsonObject{},
                                JsonArray{},
                                JsonObject{{"", JsonObject{}}}};
  return values[UniformBelow(random, values.size())];
}

void ChangeObject(JsonObject& object, const std::vector<Json*>& values, Random& random) {
  const auto at = object.begin() + static_cast<std::ptrdiff_t>(UniformBelow(random, object.size()));
  const std::string name(at->key());
  if (UniformBelow(random, 2) == 0) {
    object.erase(name);
  } else {
    const Json other = *values[UniformBelow(random, values.size())];
    object[ChangedText(name)] = other;
  }
}

void ChangeArray(JsonArray& array, Random& random) {
  const auto at = array.begin() + static_cast<std::ptrdiff_t>(UniformBelow(random, array.size()));
  if (UniformBelow(random, 2) == 0) {
    array.erase(at);
  } else {
    const Json twice = *at;
    array.insert(at, twice);
  }
}

void Change(Json& document, Random& random) {
  std::vector<Json*> values;
  Collect(document, values);
  Json& chosen = *values[UniformBelow(random, values.size())];
  if (UniformBelow(random, 3) == 0) {
    chosen = Tempting(random);
  } else if (UniformBelow(random, 4) == 0) {
    const Json other = *values[UniformBelow(random, values.size())];
    chosen = other;
  } else if (chosen.is_object() && !chosen.get_object().empty()) {
    ChangeObject(chosen.get_object(), values, random);
  } else if (chosen.is_array() && !chosen.get_array().empty()) {
    ChangeArray(chosen.get_array(), random);
  } else if (chosen.is_string()) {
    const std::string text = ChangedText(std::string(chosen.get_string()));
    chosen = std::string_view(text);
  } else if (chosen.is_int64()) {
    chosen = chosen.get_int64() ^ (std::int64_t{1} << UniformBelow(random, 63));
  }
}

/// The input with the JSON of one of its parts changed; "" where the part has none.
std::string Changed(std::string_view input, Random& random) {
  const auto parts = Parts(input);
  const std::string_view part = parts[UniformBelow(random, parts.size())];
  const std::size_t begin = part.find_first_of("{[");
  if (begin == std::string_view::npos) return {};
  Result<Json> document = ParseJson(part.substr(begin));
  if (!document) return {};
  for (std::uint64_t times = 1 + UniformBelow(random, 3); times > 0; --times) {
    Change(*document, random);
  }
  const auto offset = static_cast<std::size_t>(part.data() - input.data());
  return std::string(input.substr(0, offset + begin)) + ToText(*document) +
         std::string(input.substr(offset + part.size()));
}

}  // namespace
}  // namespace ecm::fuzz

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned int seed) {
  ecm::SeededRandom random(seed);
  if (ecm::UniformBelow(random, 2) == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string changed = ecm::fuzz::Changed(ecm::fuzz::Text(data, size), random);
  if (changed.empty() || changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}
