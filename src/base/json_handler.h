#pragma once

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <string>

#include "base/json.h"

namespace ecm {

/// What boost::json::basic_parser tells of a text becomes a value, exactly: Boost's own parser may
/// take a double for its neighbour.
struct JsonHandler {
  static constexpr std::size_t max_object_size = std::size_t(-1);  // NOLINT: Boost names it
  static constexpr std::size_t max_array_size = std::size_t(-1);   // NOLINT: Boost names it
  static constexpr std::size_t max_key_size = std::size_t(-1);     // NOLINT: Boost names it
  static constexpr std::size_t max_string_size = std::size_t(-1);  // NOLINT: Boost names it
  using Code = boost::json::error_code;
  using Text = boost::json::string_view;

  boost::json::value_stack stack;
  std::string digits;  ///< of the number that is being read

  bool on_document_begin(Code&) { return true; }
  bool on_document_end(Code&) { return true; }
  bool on_object_begin(Code&) { return true; }
  bool on_object_end(std::size_t count, Code&) {
    stack.push_object(count);
    return true;
  }
  bool on_array_begin(Code&) { return true; }
  bool on_array_end(std::size_t count, Code&) {
    stack.push_array(count);
    return true;
  }
  bool on_key_part(Text part, std::size_t, Code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_key(Text part, std::size_t, Code&) {
    stack.push_key(part);
    return true;
  }
  bool on_string_part(Text part, std::size_t, Code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(Text part, std::size_t, Code&) {
    stack.push_string(part);
    return true;
  }
  bool on_number_part(Text part, Code&) {
    digits += part;
    return true;
  }
  bool on_int64(std::int64_t number, Text, Code&) {
    digits.clear();
    stack.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, Text, Code&) {
    digits.clear();
    stack.push_uint64(number);
    return true;
  }
  /// What is too small or too large for a double is left to Boost.
  double Exact(double number, Text part) {
    digits += part;
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    digits.clear();
    return number;
  }
  bool on_double(double number, Text part, Code&) {
    stack.push_double(Exact(number, part));
    return true;
  }
  bool on_bool(bool truth, Code&) {
    stack.push_bool(truth);
    return true;
  }
  bool on_null(Code&) {
    stack.push_null();
    return true;
  }
  bool on_comment_part(Text, Code&) { return true; }
  bool on_comment(Text, Code&) { return true; }
};

}  // namespace ecm
