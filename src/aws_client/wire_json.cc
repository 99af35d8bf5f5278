#include "aws_client/wire_json.h"

#include <array>
#include <charconv>
#include <cmath>

namespace ecm::aws_client {
namespace {

/// Beyond it the digits of a double are no longer those of a number that somebody meant.
constexpr double kLargestPlain = 1e15;

void Write(std::string& out, const Json& json) {
  if (const JsonObject* const object = json.if_object()) {
    out += '{';
    for (const auto& member : *object) {
      if (out.back() != '{') out += ',';
      out += boost::json::serialize(member.key());
      out += ':';
      Write(out, member.value());
    }
    out += '}';
  } else if (const JsonArray* const array = json.if_array()) {
    out += '[';
    for (const Json& element : *array) {
      if (out.back() != '[') out += ',';
      Write(out, element);
    }
    out += ']';
  } else if (const double* const number = json.if_double();
             number != nullptr && std::abs(*number) < kLargestPlain) {
    std::array<char, 512> digits;  // a denormal has some 340
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), *number,
                                       std::chars_format::fixed);
    out.append(digits.data(), written.ptr);
  } else {
    out += boost::json::serialize(json);
  }
}

}  // namespace

std::string ToWireText(const Json& json) {
  std::string out;
  Write(out, json);
  return out;
}

}  // namespace ecm::aws_client
