#include "lambda/bootstrap.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <utility>

#include "base/text.h"
#include "lambda/runtime_api.h"
#include "lambda/runtime_loop.h"
#include "lifecycle/handlers.h"

namespace ecm::lambda {
namespace {

constexpr int kFailed = 1;
constexpr std::size_t kMaxArnBytes = 512;

int End(const Error& error, Log& log) {
  log.Write(LogLevel::kError, "ends", {{"reason", ToFunctionError(error).message}});
  return kFailed;
}

/// Lambda shows it to who calls the function.
int EndStart(RuntimeApi& api, const std::string& reason, const Error& error, Log& log) {
  const Result<void> sent = api.SendInitError(ToInitError(reason, error));
  if (!sent) End(sent.error(), log);
  return End(error, log);
}

Result<RuntimeApi> FindRuntimeApi(const World& world) {
  const std::string address = world.environment.Get("AWS_LAMBDA_RUNTIME_API").value_or("");
  if (address.empty()) {
    return Fail(ErrorKind::kInvalidJob,
                "AWS_LAMBDA_RUNTIME_API is not set: this program is the bootstrap of an AWS Lambda "
                "function and is of no use elsewhere; people use emrctl");
  }
  ECM_TRY(const HttpOrigin origin, ParseRuntimeApiAddress(address));
  return RuntimeApi(world.runtime_http, origin);
}

Error UnknownHandler(const std::string& name) {
  return {
      ErrorKind::kInvalidJob,
      fmt::format("there is no handler '{}': the handler of this function must be one of {}",
                  ToOneLine(TruncateUtf8(name, 100)), fmt::join(lifecycle::HandlerNames(), ", ")),
      ""};
}

/// Whose job the event is about, wherever it says so: a document, await's {document, token}, or an
/// event of Step Functions. Log lines that name it are found by it.
JsonObject AboutExecution(const Json& event) {
  for (const Json* found :
       {Find(event, {"execution", "arn"}), Find(event, {"document", "execution", "arn"}),
        Find(event, {"detail", "executionArn"})}) {
    if (found == nullptr || !found->is_string()) continue;
    const std::string_view arn = found->get_string();
    return {{"execution", ToOneLine(TruncateUtf8(arn, kMaxArnBytes))}};
  }
  return {};
}

}  // namespace

int RunBootstrap(const World& world) {
  Result<RuntimeApi> api = FindRuntimeApi(world);
  if (!api) return End(api.error(), world.log);

  const std::string name = world.environment.Get("_HANDLER").value_or("");
  const lifecycle::Handler handler = lifecycle::FindHandler(name);
  if (handler == nullptr) {
    return EndStart(*api, "Runtime.NoSuchHandler", UnknownHandler(name), world.log);
  }
  const Result<std::unique_ptr<HandlerPorts>> ports = world.make_ports();
  if (!ports) return EndStart(*api, "Runtime.ConfigInvalid", ports.error(), world.log);

  const Function function{.name = name,
                          .handle =
                              [&](const Json& event, MonoTime stop_at, Log& log) {
                                lifecycle::Ports reach = (*ports)->For(stop_at, log);
                                return handler(event, reach);
                              },
                          .about = AboutExecution};
  return End(RunLoop(*api, function, world.clock, world.log), world.log);
}

}  // namespace ecm::lambda
