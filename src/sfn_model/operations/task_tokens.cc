#include <algorithm>

#include "sfn_model/errors.h"
#include "sfn_model/operations/operations.h"

// SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat

namespace ecm::sfn_model {
namespace {

/// The form of the tokens of `asl`: what looks otherwise was never one.
bool LooksLikeToken(const std::string& token) {
  constexpr std::size_t kTokenLength = 64;
  return token.size() == kTokenLength && std::ranges::all_of(token, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
         });
}

/// Tells the execution that waits for the token of the request.
Result<Json> TellByToken(World& world, const Region& region, const Json& request,
                         const asl::Event& event) {
  const std::string token = StringOr(request, "taskToken");
  if (!LooksLikeToken(token)) return Invalid("InvalidToken", "Invalid Token: 'Invalid token'");
  ExecutionRecord* execution = world.registry.FindByToken(token);
  if (execution == nullptr || execution->machine->place.region != region) {
    return Fail(ErrorKind::kNotFound, "Task Timed Out: 'Provided task does not exist anymore'",
                "TaskTimedOut");
  }
  world.life.Tell(*execution, event);
  return JsonObject{};
}

}  // namespace

Result<Json> SendTaskSuccess(World& world, const Region& region, const Json& request) {
  const std::string text = StringOr(request, "output");
  Result<Json> output = ParseJson(text);
  if (!output) return Invalid("InvalidOutput", "Invalid Output: '" + output.error().message + "'");
  return TellByToken(world, region, request,
                     asl::TokenSucceeded{StringOr(request, "taskToken"), *std::move(output)});
}

Result<Json> SendTaskFailure(World& world, const Region& region, const Json& request) {
  return TellByToken(world, region, request,
                     asl::TokenFailed{StringOr(request, "taskToken"), StringOr(request, "error"),
                                      StringOr(request, "cause")});
}

Result<Json> SendTaskHeartbeat(World& world, const Region& region, const Json& request) {
  return TellByToken(world, region, request, asl::TokenBeat{StringOr(request, "taskToken")});
}

}  // namespace ecm::sfn_model
