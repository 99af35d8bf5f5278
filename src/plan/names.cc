#include "plan/names.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ecm {
namespace {

bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

std::string WithoutDashAtTheEnd(std::string text) {
  while (text.ends_with('-')) text.pop_back();
  return text;
}

}  // namespace

std::string ToNamePart(std::string_view text) {
  std::string part;
  for (const char c : text) {
    const char next = IsPlain(c) ? c : '-';
    if (next == '-' && (part.empty() || part.back() == '-')) continue;
    part += next;
  }
  return WithoutDashAtTheEnd(std::move(part));
}

std::string ClusterName(const Job& job, const std::string& stage, const std::string& execution) {
  std::string name = StepName(job, stage);
  // Bytes: every part but the execution's name is ASCII, and that name has fewer characters.
  const std::size_t used = name.size() + 1 + execution.size();
  std::string resource = ToNamePart(job.resource);
  const std::size_t free = used < kMaxName ? kMaxName - used : 0;
  resource = free < 2 ? "" : WithoutDashAtTheEnd(resource.substr(0, free - 1));
  if (!resource.empty()) name += "-" + resource;
  return name + "-" + execution;
}

std::string StepName(const Job& job, const std::string& stage) {
  return NamePrefix(stage) + ToNamePart(job.job_name).substr(0, 64);
}

Result<void> CheckIdentity(const StackConfig& stack, const ExecutionIdentity& execution) {
  const bool stage_fits = !stack.stage.empty() && stack.stage.size() <= 16 &&
                          std::ranges::all_of(stack.stage, [](char c) {
                            return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
                          });
  if (!stage_fits) {
    return Fail(ErrorKind::kInternal,
                fmt::format("the stage '{}' is not fit for names: expected 1 to 16 of a-z, 0-9, -",
                            ToOneLine(stack.stage)));
  }
  // Step Functions allows 80 characters; EMR refuses some of those in a cluster's name.
  const std::string& name = execution.name;
  const bool name_fits = !name.empty() && name.size() <= 160 && IsValidUtf8(name) &&
                         name.find_first_of("<>$|`") == std::string::npos &&
                         ToOneLine(name) == name;
  if (!name_fits) {
    return Fail(ErrorKind::kInternal,
                fmt::format("the execution's name '{}' is not fit for a cluster's name",
                            ToOneLine(TruncateUtf8(name, 80))));
  }
  return {};
}

std::string NamePrefix(const std::string& stage) { return "ecm-" + stage + "-"; }

std::string StateMachineName(const std::string& stage) { return "ecm-" + stage; }

std::string JobTableName(const std::string& stage) { return NamePrefix(stage) + "jobs"; }

}  // namespace ecm
