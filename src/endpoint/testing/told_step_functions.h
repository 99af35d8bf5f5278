#pragma once

#include <map>
#include <string>
#include <vector>

#include "endpoint/endpoint.h"

namespace ecm::endpoint {

/// Step Functions that answers what it was told, in the service's shapes: one state machine.
struct ToldStepFunctions {
  std::string machine_arn = "arn:aws:states:eu-west-1:000000000000:stateMachine:ecm-local";
  std::vector<Json> executions;                ///< as DescribeExecution answers them
  std::map<std::string, JsonArray> histories;  ///< by execution ARN

  static std::string ArnOf(const std::string& name) {
    return "arn:aws:states:eu-west-1:000000000000:execution:ecm-local:" + name;
  }

  void Add(const std::string& name, const std::string& status, JsonObject more, JsonArray history) {
    JsonObject execution{{"executionArn", ArnOf(name)},
                         {"stateMachineArn", machine_arn},
                         {"name", name},
                         {"status", status},
                         {"startDate", 1767323000.5}};
    for (auto& member : more) execution[member.key()] = member.value();
    executions.emplace_back(std::move(execution));
    histories[ArnOf(name)] = std::move(history);
  }

  static Json Event(double at, const std::string& type, const std::string& details,
                    JsonObject members) {
    return JsonObject{{"timestamp", at}, {"type", type}, {"id", 1}, {details, std::move(members)}};
  }

  ServiceCall AsCall() {
    return [this](const Region& region, std::string_view operation,
                  const Json& request) -> Result<Json> {
      const std::string arn = StringOr(request, "executionArn");
      if (operation == "ListStateMachines") {
        return Json(JsonObject{
            {"stateMachines",
             JsonArray{JsonObject{{"stateMachineArn", machine_arn}, {"name", "ecm-local"}}}}});
      }
      if (operation == "ListExecutions" && region.str() == "eu-west-1") {
        JsonArray list(executions.begin(), executions.end());
        return Json(JsonObject{{"executions", std::move(list)}, {"nextToken", "older&more"}});
      }
      if (operation == "DescribeExecution") {
        for (const Json& execution : executions) {
          if (StringOr(execution, "executionArn") == arn) return execution;
        }
        return Fail(ErrorKind::kNotFound, "Execution Does Not Exist: '" + arn + "'",
                    "ExecutionDoesNotExist");
      }
      if (operation == "GetExecutionHistory" && histories.contains(arn)) {
        JsonArray events = histories[arn];
        if (FindBool(request, "reverseOrder").value_or(false)) {
          events = JsonArray(events.rbegin(), events.rend());
        }
        return Json(JsonObject{{"events", std::move(events)}});
      }
      return Fail(ErrorKind::kInvalidJob, "not told", "ValidationException");
    };
  }
};

}  // namespace ecm::endpoint
