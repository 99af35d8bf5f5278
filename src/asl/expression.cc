#include "asl/expression.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "base/text.h"

namespace ecm::asl {
namespace {

using Kind = Expression::Kind;

/// Functions inside functions (facts: Amazon States Language, Intrinsic functions).
constexpr int kMostNesting = 10;

constexpr std::array<std::pair<std::string_view, Kind>, 3> kFunctions = {{
    {"States.Format", Kind::kFormat},
    {"States.StringToJson", Kind::kStringToJson},
    {"States.JsonToString", Kind::kJsonToString},
}};

/// A template of States.Format cut at its {}: n placeholders give n + 1 pieces. `\'`, `\{`, `\}`
/// and `\\` are characters of the text.
Result<std::vector<std::string>> CutFormat(std::string_view text) {
  std::vector<std::string> pieces(1);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char character = text[at];
    if (character == '\\' && at + 1 < text.size()) {
      pieces.back() += text[++at];
    } else if (character == '{' && at + 1 < text.size() && text[at + 1] == '}') {
      pieces.emplace_back();
      ++at;
    } else if (character == '{' || character == '}') {
      return Fail(ErrorKind::kInvalidJob,
                  fmt::format("'{}' has a brace that is neither {{}} nor escaped", text));
    } else {
      pieces.back() += character;
    }
  }
  return pieces;
}

std::string Unescape(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 1 < text.size()) ++at;
    plain += text[at];
  }
  return plain;
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), rest_(text) {}

  Result<Expression> Parse() {
    ECM_TRY(Expression expression, ParseCall(1));
    SkipSpace();
    if (!rest_.empty()) return Refuse("something stands after its closing bracket");
    return expression;
  }

 private:
  std::unexpected<Error> Refuse(std::string_view why) const {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("'{}' is not an intrinsic function that is run here: {}", text_, why));
  }

  void SkipSpace() {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }

  bool Take(char character) {
    SkipSpace();
    if (rest_.empty() || rest_.front() != character) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Result<Expression> ParseCall(int depth) {
    if (depth > kMostNesting) return Refuse("more than 10 functions stand inside each other");
    const std::size_t bracket = rest_.find('(');
    if (bracket == std::string_view::npos) return Refuse("it has no ( )");
    const std::string_view name = rest_.substr(0, bracket);
    std::optional<Kind> kind;
    std::vector<std::string_view> names;
    for (const auto& [candidate, meaning] : kFunctions) {
      names.push_back(candidate);
      if (candidate == name) kind = meaning;
    }
    if (!kind) {
      const std::string_view near = Nearest(name, names);
      return Refuse(near.empty() ? "only States.Format, States.StringToJson and "
                                   "States.JsonToString are"
                                 : fmt::format("did you mean {}?", near));
    }
    rest_.remove_prefix(bracket + 1);
    Expression call{*kind, {}, {}, {}};
    while (!Take(')')) {
      if (!call.arguments.empty() && !Take(',')) return Refuse("a , or ) is missing");
      ECM_TRY(Expression argument, ParseArgument(depth));
      call.arguments.push_back(std::move(argument));
    }
    return Check(std::move(call));
  }

  Result<Expression> Check(Expression call) const {
    if (call.kind != Kind::kFormat) {
      if (call.arguments.size() != 1) return Refuse("it takes one argument");
      return call;
    }
    if (call.arguments.empty()) return Refuse("States.Format takes a template first");
    const Expression& form = call.arguments.front();
    if (form.kind != Kind::kLiteral) return call;
    if (!form.literal.is_string()) return Refuse("the template of States.Format is a string");
    ECM_TRY(const auto pieces, CutFormat(form.literal.get_string()));
    if (pieces.size() != call.arguments.size()) {
      return Refuse(fmt::format("it has {} {{}} and {} values", pieces.size() - 1,
                                call.arguments.size() - 1));
    }
    return call;
  }

  Result<Expression> ParseArgument(int depth) {
    SkipSpace();
    if (rest_.starts_with("States.")) return ParseCall(depth + 1);
    if (rest_.starts_with('\'')) return ParseString();
    std::size_t length = 0;
    bool quoted = false;  // a , or ) inside ['…'] belongs to the path
    while (length < rest_.size() && (quoted || (rest_[length] != ',' && rest_[length] != ')'))) {
      if (rest_[length] == '\'') quoted = !quoted;
      ++length;
    }
    std::string_view word = rest_.substr(0, length);
    rest_.remove_prefix(length);
    while (word.ends_with(' ')) word.remove_suffix(1);
    if (word.starts_with('$')) {
      ECM_TRY(Path path, Path::Parse(word));
      return Expression{Kind::kPath, std::move(path), {}, {}};
    }
    auto literal = ParseJson(word);
    if (!literal || literal->is_structured() || literal->is_string()) {
      return Refuse("an argument is a path, a 'string', a number, true, false, null or a function");
    }
    return Expression{Kind::kLiteral, {}, *std::move(literal), {}};
  }

  Result<Expression> ParseString() {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '\'') end += rest_[end] == '\\' ? 2 : 1;
    if (end >= rest_.size()) return Refuse("a ' is missing");
    Expression literal{Kind::kLiteral, {}, {}, {}};
    literal.literal = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    return literal;
  }

  std::string_view text_;
  std::string_view rest_;
};

Result<Json> RunFormat(const Expression& call, const Scope& scope) {
  Json storage;
  ECM_TRY(const Json* form, Evaluate(call.arguments.front(), scope, storage));
  if (!form->is_string()) {
    return Fail(ErrorKind::kInvalidJob, "The template of States.Format is not a string");
  }
  // A literal's escapes are read by CutFormat, so it is taken before Evaluate unescapes it.
  const Expression& first = call.arguments.front();
  ECM_TRY(const auto pieces, CutFormat(first.kind == Kind::kLiteral ? first.literal.get_string()
                                                                    : form->get_string()));
  if (pieces.size() != call.arguments.size()) {
    return Fail(ErrorKind::kInvalidJob, fmt::format("States.Format has {} {{}} and {} values",
                                                    pieces.size() - 1, call.arguments.size() - 1));
  }
  std::string text = pieces.front();
  for (std::size_t at = 1; at < pieces.size(); ++at) {
    Json holder;
    ECM_TRY(const Json* value, Evaluate(call.arguments[at], scope, holder));
    if (value->is_structured()) {
      return Fail(ErrorKind::kInvalidJob, "States.Format takes no object and no array");
    }
    if (value->is_string()) {
      text += std::string_view(value->get_string());
    } else {
      text += ToText(*value);
    }
    text += pieces[at];
  }
  return Json(text);
}

}  // namespace

Result<Expression> ParseExpression(std::string_view text) {
  if (text.starts_with('$')) {
    ECM_TRY(Path path, Path::Parse(text));
    return Expression{Kind::kPath, std::move(path), {}, {}};
  }
  if (!text.starts_with("States.")) {
    return Fail(
        ErrorKind::kInvalidJob,
        fmt::format("'{}' is neither a path ($…) nor an intrinsic function (States.…)", text));
  }
  return Parser(text).Parse();
}

Result<const Json*> Evaluate(const Expression& expression, const Scope& scope, Json& storage) {
  switch (expression.kind) {
    case Kind::kPath:
      return LookOrFail(expression.path, scope, storage);
    case Kind::kLiteral:
      if (!expression.literal.is_string()) return &expression.literal;
      storage = Unescape(expression.literal.get_string());
      return &storage;
    case Kind::kFormat: {
      ECM_TRY(storage, RunFormat(expression, scope));
      return &storage;
    }
    case Kind::kJsonToString: {
      Json holder;
      ECM_TRY(const Json* value, Evaluate(expression.arguments.front(), scope, holder));
      storage = ToText(*value);
      return &storage;
    }
    case Kind::kStringToJson: {
      Json holder;
      ECM_TRY(const Json* value, Evaluate(expression.arguments.front(), scope, holder));
      if (!value->is_string()) {
        return Fail(ErrorKind::kInvalidJob, "States.StringToJson takes a string");
      }
      auto parsed = ParseJson(value->get_string());
      if (!parsed) return Fail(AddContext(parsed.error(), "States.StringToJson"));
      storage = *std::move(parsed);
      return &storage;
    }
  }
  std::unreachable();
}

void CollectPaths(const Expression& expression, std::vector<const Path*>& paths) {
  if (expression.kind == Kind::kPath) paths.push_back(&expression.path);
  for (const Expression& argument : expression.arguments) CollectPaths(argument, paths);
}

}  // namespace ecm::asl
