#include <cmath>
#include <set>
#include <vector>

#include "base/json.h"
#include "base/json_handler.h"
#include "base/text.h"

// Boost's own parse() keeps the last of two members with one name. A job description with two
// "subnet" members means that somebody made a mistake, so this handler refuses it. It also makes an
// infinity of 1e400, which no JSON can say again: what was read could not be written.

namespace ecm {
namespace {

namespace bj = boost::json;

constexpr std::size_t kMaxPlaceBytes = 512;

/// Knows where in the text it is, and refuses what Boost would take.
struct CheckingHandler : JsonHandler {
  std::vector<std::set<std::string, std::less<>>> keys;
  std::string key;
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

  bool on_object_begin(Code&) {
    keys.emplace_back();
    path.push_back({});
    return true;
  }
  bool on_object_end(std::size_t count, Code& error) {
    keys.pop_back();
    path.pop_back();
    Next();
    return JsonHandler::on_object_end(count, error);
  }
  bool on_array_begin(Code&) {
    path.push_back({.is_array = true});
    return true;
  }
  bool on_array_end(std::size_t count, Code& error) {
    path.pop_back();
    Next();
    return JsonHandler::on_array_end(count, error);
  }
  bool on_key_part(Text part, std::size_t size, Code& error) {
    key += part;
    return JsonHandler::on_key_part(part, size, error);
  }
  bool on_key(Text part, std::size_t size, Code& error) {
    key += part;
    path.back().member = key;
    if (!keys.back().insert(key).second) {
      refusal = "the member '" + TruncateUtf8(ToOneLine(key), kMaxPlaceBytes) +
                "' stands twice in one object, at " + Place();
      error = bj::error::syntax;
      return false;
    }
    key.clear();
    return JsonHandler::on_key(part, size, error);
  }
  bool on_string(Text part, std::size_t size, Code& error) {
    Next();
    return JsonHandler::on_string(part, size, error);
  }
  bool on_int64(std::int64_t number, Text part, Code& error) {
    Next();
    return JsonHandler::on_int64(number, part, error);
  }
  bool on_uint64(std::uint64_t number, Text part, Code& error) {
    Next();
    return JsonHandler::on_uint64(number, part, error);
  }
  bool on_double(double number, Text part, Code& error) {
    const double exact = Exact(number, part);
    if (!std::isfinite(exact)) {
      refusal = "the number at '" + Place() + "' is too large: numbers go to 1.8e308 here";
      error = bj::error::syntax;
      return false;
    }
    Next();
    stack.push_double(exact);
    return true;
  }
  bool on_bool(bool truth, Code& error) {
    Next();
    return JsonHandler::on_bool(truth, error);
  }
  bool on_null(Code& error) {
    Next();
    return JsonHandler::on_null(error);
  }
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
  bj::basic_parser<CheckingHandler> parser(bj::parse_options{});
  parser.handler().stack.reset();
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
