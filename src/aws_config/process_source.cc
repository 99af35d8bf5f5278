#include <fmt/format.h>

#include "aws_config/answers.h"
#include "aws_config/credential_source.h"
#include "aws_config/shared_config.h"
#include "aws_config/shell_words.h"
#include "base/text.h"

namespace ecm::aws_config {
namespace {

/// Long enough for a person who must confirm something.
constexpr Duration kTimeout = std::chrono::minutes{1};

std::string_view LastLine(std::string_view text) {
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  return text.substr(text.find_last_of("\r\n") + 1);
}

}  // namespace

Result<Found> FromProcess(const SourceContext& context, const std::string& profile) {
  const std::string command = Member(ProfileNamed(context, profile), "credential_process");
  if (command.empty()) return NotHere{};
  const std::string source = fmt::format("{} (credential_process)", ProfileText(profile));
  const auto wrong = [&](ErrorKind kind, const std::string& what) {
    return Fail(kind, fmt::format("{}: {}", source, what));
  };
  // The command may hold secrets: only its first word is named.
  const auto words = SplitShellWords(command);
  if (!words || words->empty()) {
    return wrong(ErrorKind::kAccessDenied, "a quote in the command is not closed");
  }
  const std::string program = TruncateUtf8(ToOneLine(words->front()), 200);
  const auto output = context.ports.programs.Run(*words, kTimeout);
  if (!output) {
    const ErrorKind kind = output.error().kind;
    if (kind == ErrorKind::kNotFound) {
      return wrong(ErrorKind::kAccessDenied, "there is no program " + program);
    }
    return wrong(
        kind == ErrorKind::kUnavailable ? ErrorKind::kUnavailable : ErrorKind::kAccessDenied,
        fmt::format("no answer: {}", FitForMessage(output.error().message)));
  }
  if (output->exit_code != 0) {
    const std::string said = FitForMessageWithoutKeys(LastLine(output->err));
    return wrong(ErrorKind::kAccessDenied,
                 fmt::format("{} ended with {}{}", program, output->exit_code,
                             said.empty() ? "" : ": " + said));
  }
  const auto answer = ParseJson(output->out);
  if (!answer || !answer->is_object()) {
    return wrong(ErrorKind::kAccessDenied, program + " did not write one JSON object");
  }
  if (FindInt(*answer, "Version") != 1) {
    return wrong(ErrorKind::kAccessDenied,
                 program + " did not write \"Version\": 1, the only one there is");
  }
  return KeysIn(*answer, {.token = "SessionToken", .temporary = false}, source);
}

}  // namespace ecm::aws_config
