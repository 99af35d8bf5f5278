#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>
#include <cmath>
#include <set>
#include <vector>

#include "base/json.h"
#include "base/text.h"

// Boost's own parse() keeps the last of two members with one name. A job description with two
// "subnet" members means that somebody made a mistake, so this handler refuses it. It also makes an
// infinity of 1e400, which no JSON can say again: what was read could not be written. And it is
// not exact in the last digit of a double.

namespace ecm {
namespace {

namespace bj = boost::json;

constexpr std::size_t kMaxPlaceBytes = 512;

struct Handler {
  static constexpr std::size_t max_object_size = std::size_t(-1);  // NOLINT: Boost names it
  static constexpr std::size_t max_array_size = std::size_t(-1);   // NOLINT: Boost names it
  static constexpr std::size_t max_key_size = std::size_t(-1);     // NOLINT: Boost names it
  static constexpr std::size_t max_string_size = std::size_t(-1);  // NOLINT: Boost names it

  bj::value_stack stack;
  std::vector<std::set<std::string, std::less<>>> keys;
  std::string key;
  std::string digits;   ///< of the number that is being read
  std::string refusal;  ///< why what may be JSON is refused
  /// Where the parser is: the member of each open object, the index of each open array.
  struct Level {
    bool is_array = false;
    std::size_t index = 0;
    std::string member{};
  };
  std::vector<Level> path;

  /// RFC 6901
  std::string Pointer() const {
    std::string pointer;
    for (const Level& level : path) {
      pointer += '/';
      if (level.is_array) {
        pointer += std::to_string(level.index);
        continue;
      }
      for (const char c : level.member) {
        if (c == '~') {
          pointer += "~0";
        } else if (c == '/') {
          pointer += "~1";
        } else {
          pointer += c;
        }
      }
    }
    return pointer;
  }
  /// Fit for a message, whatever the names are.
  std::string Place() const { return TruncateUtf8(ToOneLine(Pointer()), kMaxPlaceBytes); }
  /// A value has ended.
  void Next() {
    if (!path.empty() && path.back().is_array) ++path.back().index;
  }

  bool on_document_begin(bj::error_code&) {
    stack.reset();
    return true;
  }
  bool on_document_end(bj::error_code&) { return true; }
  bool on_object_begin(bj::error_code&) {
    keys.emplace_back();
    path.push_back({});
    return true;
  }
  bool on_object_end(std::size_t count, bj::error_code&) {
    keys.pop_back();
    path.pop_back();
    Next();
    stack.push_object(count);
    return true;
  }
  bool on_array_begin(bj::error_code&) {
    path.push_back({.is_array = true});
    return true;
  }
  bool on_array_end(std::size_t count, bj::error_code&) {
    path.pop_back();
    Next();
    stack.push_array(count);
    return true;
  }
  bool on_key_part(bj::string_view part, std::size_t, bj::error_code&) {
    key += part;
    stack.push_chars(part);
    return true;
  }
  bool on_key(bj::string_view part, std::size_t, bj::error_code& error) {
    key += part;
    stack.push_key(part);
    path.back().member = key;
    if (!keys.back().insert(key).second) {
      refusal = "the member '" + TruncateUtf8(ToOneLine(key), kMaxPlaceBytes) +
                "' stands twice in one object, at " + Place();
      error = bj::error::syntax;
      return false;
    }
    key.clear();
    return true;
  }
  bool on_string_part(bj::string_view part, std::size_t, bj::error_code&) {
    stack.push_chars(part);
    return true;
  }
  bool on_string(bj::string_view part, std::size_t, bj::error_code&) {
    Next();
    stack.push_string(part);
    return true;
  }
  bool on_number_part(bj::string_view part, bj::error_code&) {
    digits += part;
    return true;
  }
  bool on_int64(std::int64_t number, bj::string_view, bj::error_code&) {
    digits.clear();
    Next();
    stack.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, bj::string_view, bj::error_code&) {
    digits.clear();
    Next();
    stack.push_uint64(number);
    return true;
  }
  bool on_double(double number, bj::string_view part, bj::error_code& error) {
    digits += part;
    // Boost's own value may be the neighbour of the right one. What is too small or too large for a
    // double is left to it.
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    digits.clear();
    if (!std::isfinite(number)) {
      refusal = "the number at '" + Place() + "' is too large: numbers go to 1.8e308 here";
      error = bj::error::syntax;
      return false;
    }
    Next();
    stack.push_double(number);
    return true;
  }
  bool on_bool(bool truth, bj::error_code&) {
    Next();
    stack.push_bool(truth);
    return true;
  }
  bool on_null(bj::error_code&) {
    Next();
    stack.push_null();
    return true;
  }
  bool on_comment_part(bj::string_view, bj::error_code&) { return true; }
  bool on_comment(bj::string_view, bj::error_code&) { return true; }
};

/// What editors put before a text, or write it in, without saying so.
std::string ExplainEncoding(std::string_view text) {
  const bool utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
                     (text.size() >= 2 && (text[0] == '\0' || text[1] == '\0'));
  if (utf16) return "the JSON is written in UTF-16; save it as UTF-8";
  if (text.starts_with("\xEF\xBB\xBF")) {
    return "the JSON begins with a byte-order mark; save it as UTF-8 without one";
  }
  return {};
}

std::string Explain(const bj::error_code& error, std::size_t offset, std::string_view text) {
  if (std::string encoding = ExplainEncoding(text); !encoding.empty()) return encoding;
  if (error == bj::error::incomplete) return "the JSON ends too early";
  if (error == bj::error::too_deep) return "the JSON is nested more than 32 levels deep";
  std::size_t line = 1, column = 1;
  for (const char character : text.substr(0, offset)) {
    if (character == '\n') {
      ++line;
      column = 1;
    } else {
      ++column;
    }
  }
  return "not valid JSON at line " + std::to_string(line) + ", column " + std::to_string(column) +
         ": " + error.message();
}

}  // namespace

Result<Json> ParseJson(std::string_view text) {
  bj::basic_parser<Handler> parser(bj::parse_options{});
  bj::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!parser.handler().refusal.empty()) {
    return Fail(ErrorKind::kInvalidJob, parser.handler().refusal);
  }
  if (error) return Fail(ErrorKind::kInvalidJob, Explain(error, used, text));
  if (used < text.size()) {
    return Fail(ErrorKind::kInvalidJob, Explain(bj::error::extra_data, used, text));
  }
  return parser.handler().stack.release();
}

}  // namespace ecm
