#include "lambda/runtime_loop.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "base/text.h"
#include "lambda/scoped_log.h"

namespace ecm::lambda {
namespace {

constexpr Duration kReserve = std::chrono::seconds{2};
/// Longer than any invocation lasts: a wall clock that is wrong makes no time point that overflows.
constexpr Duration kLongest = std::chrono::hours{24};
/// In a row: a Runtime API that is there does not lose more.
constexpr int kLostNexts = 3;

JsonObject Scope(const Invocation& invocation, const Function& function) {
  JsonObject scope{{"request_id", invocation.request_id}, {"function", function.name}};
  if (!invocation.trace_id.empty()) scope.emplace("trace_id", invocation.trace_id);
  if (!invocation.function_arn.empty()) scope.emplace("function_arn", invocation.function_arn);
  return scope;
}

/// The answer as it goes over the wire.
Result<std::string> Handle(const Function& function, const std::string& event, MonoTime stop_at,
                           ScopedLog& log) {
  // Libraries throw where memory ends or a promise is broken; that is the end of this invocation,
  // and its caller must hear of it.
  try {
    Result<Json> input = ParseJson(event);
    if (!input) return Fail(AddContext(std::move(input).error(), "the event cannot be read"));
    if (function.about) log.AddToScope(function.about(*input));
    ECM_TRY(const Json answer, function.handle(*input, stop_at, log));
    std::string text = ToText(answer);
    if (!IsValidUtf8(text)) {
      return Fail(ErrorKind::kInternal, "the answer of " + function.name + " is not valid UTF-8");
    }
    if (text.size() > kMaxResponseBytes) {
      return Fail(ErrorKind::kInternal,
                  "the answer of " + function.name + " has " + std::to_string(text.size()) +
                      " bytes; AWS Lambda takes " + std::to_string(kMaxResponseBytes));
    }
    return text;
  } catch (const std::exception& problem) {
    return Fail(ErrorKind::kInternal,
                function.name + " ended with an exception: " + std::string(problem.what()));
  }
}

Result<Receipt> Report(RuntimeApi& api, const Invocation& invocation, const Error& error,
                       Log& log) {
  const FunctionError shown = ToFunctionError(error);
  JsonObject fields{{"error", shown.type}, {"reason", shown.message}};
  if (!error.code.empty()) fields.emplace("code", ToOneLine(error.code));
  log.Write(LogLevel::kError, "failed", fields);
  ECM_TRY(const Receipt receipt, api.SendError(invocation, shown));
  if (receipt != Receipt::kTooLarge) return receipt;
  return Fail(ErrorKind::kInternal, "the Runtime API finds an error report too large");
}

Result<Receipt> Serve(RuntimeApi& api, const Invocation& invocation, const Function& function,
                      const Clock& clock, ScopedLog& log) {
  const MonoTime begin = clock.Mono();
  Result<std::string> answer = Handle(function, invocation.event, StopAt(invocation, clock), log);
  if (!answer) return Report(api, invocation, answer.error(), log);

  const std::size_t size = answer->size();
  ECM_TRY(const Receipt receipt, api.SendResponse(invocation, *std::move(answer)));
  if (receipt == Receipt::kTooLarge) {
    const Error error{ErrorKind::kInternal,
                      "AWS Lambda finds the answer of " + function.name +
                          " too large: " + std::to_string(size) + " bytes",
                      ""};
    return Report(api, invocation, error, log);
  }
  if (receipt == Receipt::kAccepted) {
    log.Info("answered", {{"milliseconds", (clock.Mono() - begin).count()}, {"bytes", size}});
  }
  return receipt;
}

}  // namespace

MonoTime StopAt(const Invocation& invocation, const Clock& clock) {
  if (!invocation.deadline) return MonoTime::max();
  const Duration left = std::clamp(*invocation.deadline - clock.Wall(), Duration::zero(), kLongest);
  return clock.Mono() + left - std::min(kReserve, left / 4);
}

Error RunLoop(RuntimeApi& api, const Function& function, const Clock& clock, Log& log) {
  int lost = 0;
  while (true) {
    const Result<Invocation> invocation = api.Next();
    if (!invocation) {
      // The connection died under a request that waits for hours; no event was seen.
      if (invocation.error().kind == ErrorKind::kUnknownOutcome && ++lost < kLostNexts) continue;
      return invocation.error();
    }
    lost = 0;
    ScopedLog scoped(log, Scope(*invocation, function));
    const Result<Receipt> receipt = Serve(api, *invocation, function, clock, scoped);
    if (!receipt) {
      return AddContext(receipt.error(), "the answer to " + invocation->request_id + " is lost");
    }
    if (*receipt == Receipt::kTooLate) {
      scoped.Warning("Lambda gave the invocation up before its answer came");
    }
  }
}

}  // namespace ecm::lambda
