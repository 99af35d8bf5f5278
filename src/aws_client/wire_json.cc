#include "aws_client/wire_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace ecm::aws_client {
namespace {

/// Beyond it the digits of a double are no longer those of a number that somebody meant.
constexpr double kLargestPlain = 1e15;

/// Nearly all that is sent needs no escape.
bool IsPlain(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; });
}

void WriteString(std::string& out, std::string_view text) {
  if (IsPlain(text)) {
    out.append("\"").append(text).append("\"");
  } else {
    out += boost::json::serialize(text);
  }
}

void Write(std::string& out, const Json& json) {
  if (const JsonObject* const object = json.if_object()) {
    out += '{';
    for (const auto& member : *object) {
      if (out.back() != '{') out += ',';
      WriteString(out, member.key());
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
  } else if (const boost::json::string* const text = json.if_string()) {
    WriteString(out, *text);
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
