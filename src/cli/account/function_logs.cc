#include "cli/account/function_logs.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "lifecycle/handlers.h"
#include "plan/plan.h"

namespace ecm::cli {
namespace {

/// Of one function; a job that waits for days has a few hundred.
constexpr std::size_t kMostLines = 10'000;
constexpr Duration kClockSkew = std::chrono::minutes{1};
/// After the end of its execution a job may still be settled by the sweep.
constexpr Duration kAfterwards = std::chrono::hours{1};

/// Where AWS Lambda puts what a function of ours writes.
std::string GroupOf(const std::string& stage, std::string_view handler) {
  return fmt::format("/aws/lambda/{}{}", NamePrefix(stage), handler);
}

Error WithAdvice(Error error, const std::string& group, const AccountOptions& options) {
  if (error.code.starts_with("AccessDenied")) {
    error.message += fmt::format(": it takes logs:FilterLogEvents on {}", group);
  } else if (!options.endpoint_url.empty()) {
    error.message += "; where emrctl local serve runs the functions, its --verbose shows their log";
  }
  return error;
}

struct Window {
  WallTime begin;
  WallTime end;
};

Result<std::vector<LoggedLine>> Collect(const Account& account, const NamedExecution& execution,
                                        const AccountOptions& options, const Window& window) {
  std::vector<LoggedLine> all;
  bool any = false;
  for (const std::string_view handler : lifecycle::HandlerNames()) {
    const std::string group = GroupOf(options.stage, handler);
    auto lines = account.log_groups.FindLines(execution.region, group, execution.arn.str(),
                                              window.begin, window.end, kMostLines);
    if (!lines && lines.error().kind == ErrorKind::kNotFound) continue;
    if (!lines) return Fail(WithAdvice(std::move(lines).error(), group, options));
    any = true;
    std::ranges::move(*lines, std::back_inserter(all));
  }
  if (!any) {
    return Fail(ErrorKind::kNotFound,
                fmt::format("there are no log groups {} in {}: the functions of that --stage have "
                            "logged nothing so far, or are not deployed there",
                            GroupOf(options.stage, "*"), execution.region.str()));
  }
  std::ranges::stable_sort(all, {}, &LoggedLine::time);
  return all;
}

}  // namespace

ExitCode PrintFunctionLogs(const Account& account, const NamedExecution& execution,
                           const LogsOptions& options, Context& context) {
  const Result<ExecutionDetails> details = Describe(account, execution);
  if (!details) return RefuseCall(details.error(), context);
  const WallTime end = details->stopped ? *details->stopped + kAfterwards : context.clock.Wall();
  const auto lines = Collect(account, execution, options.account,
                             {details->started - kClockSkew, end + kClockSkew});
  if (!lines) return RefuseCall(lines.error(), context);
  const std::size_t shown =
      options.tail == 0 ? lines->size() : std::min(options.tail, lines->size());
  for (const LoggedLine& line :
       std::ranges::subrange(lines->end() - static_cast<std::ptrdiff_t>(shown), lines->end())) {
    const std::string_view text = line.text;
    context.console.Out(ToOneLine(text.substr(0, text.find_last_not_of("\r\n") + 1)));
  }
  if (lines->empty()) {
    context.console.Err(fmt::format("emrctl: the functions of stage {} have no line about {}",
                                    options.account.stage, ToOneLine(details->name)));
  }
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
