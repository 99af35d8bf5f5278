#include "cli/outcome_view.h"

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace ecm::cli {
namespace {

void PrintPart(std::string_view title, const std::string& text, Console& console) {
  if (!text.empty()) console.Out(fmt::format("  {:<14} {}", title, ToOneLine(text)));
}

/// "12 s in all": between two members of `timings`, "" where one is missing.
std::string Span(const Json& timings, std::string_view from, std::string_view to) {
  const Result<WallTime> begin = ParseIso8601(StringOr(timings, from));
  const Result<WallTime> end = ParseIso8601(StringOr(timings, to));
  return begin && end ? ToHumanDuration(*end - *begin) : std::string();
}

}  // namespace

void PrintOutcome(const Json& outcome, const std::string& log_folder, Console& console) {
  const std::string verdict = ToOneLine(StringOr(outcome, "verdict", "InternalError"));
  const bool good = verdict == "Succeeded";
  const Json* timings = Find(outcome, "timings");
  const std::string took = timings == nullptr ? "" : Span(*timings, "started", "ended");
  console.Out(fmt::format("{}{}", good ? console.Good(verdict) : console.Bad(verdict),
                          took.empty() ? "" : " after " + took));
  if (const Json* cause = Find(outcome, "cause")) {
    PrintPart("what happened", StringOr(*cause, "message"), console);
    PrintPart("the logs say", StringOr(*cause, "log"), console);
    PrintPart("the cluster", StringOr(*cause, "cleanup"), console);
    PrintPart("what to do", StringOr(*cause, "next"), console);
  }
  PrintPart("cluster", StringOr(outcome, "cluster_id"), console);
  PrintPart("logs", log_folder, console);
}

void PrintOutputs(const std::vector<local_stack::Output>& outputs, Console& console) {
  for (const local_stack::Output& output : outputs) {
    console.Out(fmt::format("  {:<14} {} ({} file{}, {} bytes)", "output",
                            ToOneLine(output.folder.string()), output.files,
                            output.files == 1 ? "" : "s", output.bytes));
    for (const std::string& row : output.first_rows) {
      console.Out(fmt::format("  {:<14} {}", "", TruncateUtf8(ToOneLine(row), 120)));
    }
  }
}

}  // namespace ecm::cli
