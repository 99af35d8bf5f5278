// A path or an intrinsic function of the States Language, a document, and a pattern of a Choice.

#include "asl/choice_rule.h"
#include "asl/expression.h"
#include "asl/path.h"
#include "asl/payload_template.h"
#include "fuzz.h"

namespace ecm::asl {
namespace {

using fuzz::Must;

const Identity& Who() {
  static const Identity identity{"arn:aws:states:eu-west-1:123456789012:execution:machine:run-1",
                                 "run-1", "arn:aws:states:eu-west-1:123456789012:stateMachine:m",
                                 "m", "arn:aws:iam::123456789012:role/states"};
  return identity;
}

void CheckPath(std::string_view text, const Json& document, const Scope& scope) {
  const Result<Path> path = Path::Parse(text);
  if (!path) return;
  const Result<Path> again = Path::Parse(path->text());
  Must(again.has_value() && again->steps().size() == path->steps().size(),
       "a path's text is that path", path->text());
  Json storage;
  static_cast<void>(Look(*path, scope, storage));
  static_cast<void>(LookOrFail(*path, scope, storage));
  if (path->root() != Path::Root::kInput) return;
  const Json marker = JsonObject{{"put", 1}};
  Json changed = document;
  if (!path->Put(changed, marker)) {
    Must(changed == document, "what cannot be put changes nothing", path->text());
    return;
  }
  const Json* found = path->Follow(changed);
  Must(found != nullptr && *found == marker, "what was put is there", path->text());
}

void CheckExpression(std::string_view text, const Scope& scope) {
  const Result<Expression> expression = ParseExpression(text);
  if (!expression) return;
  std::vector<const Path*> paths;
  CollectPaths(*expression, paths);
  Json storage;
  static_cast<void>(Evaluate(*expression, scope, storage));
}

void CheckTemplate(const Json& document, const Scope& scope) {
  std::vector<DefinitionProblem> problems;
  const PayloadTemplate payload = CompileTemplate(document, "/Parameters", problems);
  if (problems.empty()) static_cast<void>(Fill(payload, scope));
}

void CheckPattern(std::string_view text, std::string_view pattern) {
  const bool matches = MatchesPattern(text, pattern);
  const bool is_plain = pattern.find_first_of("*\\") == std::string_view::npos;
  if (is_plain) Must(matches == (text == pattern), "a pattern without signs is a text", pattern);
  Must(MatchesPattern(text, "*"), "a star is everything", text);
}

void Check(std::string_view input) {
  const auto parts = fuzz::Parts(input);
  const std::string_view text = parts[0];
  const Result<Json> parsed = ParseJson(fuzz::PartOr(parts, 1, "{}"));
  const Json document = parsed ? *parsed : Json(JsonObject{});
  ContextView context;
  context.identity = &Who();
  context.execution_input = &document;
  context.state = "It";
  context.token = "token";
  const Scope scope{&document, &context};
  CheckPath(text, document, scope);
  CheckExpression(text, scope);
  CheckTemplate(document, scope);
  CheckPattern(text, fuzz::PartOr(parts, 2, text));
}

}  // namespace
}  // namespace ecm::asl

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecm::asl::Check(ecm::fuzz::Text(data, size));
  return 0;
}
