#include "lambda/function_error.h"

#include "base/json.h"
#include "base/text.h"

namespace ecm::lambda {
namespace {

// A Cause has room for 32,768 characters; JSON's escapes and the outcome's own text need some.
constexpr std::size_t kMaxMessageBytes = std::size_t{8} * 1024;

std::string FitMessage(const std::string& message) {
  // What a message quotes may be anybody's bytes; JSON must be UTF-8.
  return TruncateUtf8(IsValidUtf8(message) ? message : ToOneLine(message), kMaxMessageBytes);
}

}  // namespace

FunctionError ToFunctionError(const Error& error) {
  const std::string name(ErrorName(error.kind));
  return {.category = "Function." + name, .type = name, .message = FitMessage(error.message)};
}

FunctionError ToInitError(const std::string& reason, const Error& error) {
  return {.category = reason, .type = reason, .message = FitMessage(error.message)};
}

std::string ToBody(const FunctionError& error) {
  return ToText(JsonObject{
      {"errorType", error.type}, {"errorMessage", error.message}, {"stackTrace", JsonArray{}}});
}

}  // namespace ecm::lambda
