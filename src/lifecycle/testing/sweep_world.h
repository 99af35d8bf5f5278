#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "aws/emr_client.h"
#include "lifecycle/testing/lifecycle_world.h"

namespace ecm::lifecycle {

/// A stack in which things were left behind, and what the sweep says of them.
class SweepWorld : public LifecycleWorld {
 public:
  using Tags = std::vector<std::pair<std::string, std::string>>;

  static ExecutionArn Arn(const std::string& name) {
    return ExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev:" + name);
  }
  /// What the plan writes on a cluster of this stage.
  Tags TagsOf(const std::string& execution) const {
    return {{"ecm:stage", "dev"},
            {"ecm:execution", Arn(execution).str()},
            {"ecm:deadline", ToIso8601(clock.Wall() + std::chrono::hours{12})}};
  }

  /// A running job; its execution is RUNNING.
  void StartJob() {
    Running();
    executions.Set(Record().execution, ExecutionStatus::kRunning);
  }
  /// The job's execution has ended without its handlers.
  void EndExecution(ExecutionStatus status) {
    executions.Set(Record().execution, status, clock.Wall());
  }
  /// A cluster that somebody made, with or without us; it runs until it is ended.
  ClusterId MakeCluster(const std::string& name, const Tags& tags, bool is_protected = false) {
    JsonArray labels;
    for (const auto& [key, value] : tags) {
      labels.push_back(JsonObject{{"Key", key}, {"Value", value}});
    }
    const Json answer =
        model
            .Call(ports.stack.region, "RunJobFlow",
                  JsonObject{{"Name", name},
                             {"ReleaseLabel", "emr-7.5.0"},
                             {"ServiceRole", "EMR_DefaultRole"},
                             {"JobFlowRole", "EMR_EC2_DefaultRole"},
                             {"Tags", std::move(labels)},
                             {"Instances", JsonObject{{"MasterInstanceType", "m5.xlarge"},
                                                      {"SlaveInstanceType", "m5.xlarge"},
                                                      {"InstanceCount", 2},
                                                      {"KeepJobFlowAliveWhenNoSteps", true},
                                                      {"TerminationProtected", is_protected}}}})
            .value();
    Settle();
    return ClusterId(StringOr(answer, "JobFlowId"));
  }
  void Protect(const ClusterId& cluster) {
    model
        .Call(ports.stack.region, "SetTerminationProtection",
              JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}},
                         {"TerminationProtected", true}})
        .value();
  }
  void Pass(Duration duration) {
    clock.Advance(duration);
    Settle();
  }
  /// The state as EMR has it.
  ClusterState StateOf(const ClusterId& cluster) {
    return EmrClient(model, ports.stack.region).DescribeCluster(cluster).value().state;
  }
  bool IsEnding(const ClusterId& cluster) {
    const ClusterState state = StateOf(cluster);
    return state == ClusterState::kTerminating || IsFinal(state);
  }

  Json SweepAll() { return Swept(JsonObject{}); }
  Json DryRun() { return Swept(JsonObject{{"dry_run", true}}); }
  Json SweepEvent(const ExecutionArn& execution, const std::string& status) {
    return Swept(
        JsonObject{{"source", "aws.states"},
                   {"detail-type", "Step Functions Execution Status Change"},
                   {"detail", JsonObject{{"executionArn", execution.str()}, {"status", status}}}});
  }
  /// "cluster why" of each that was ended.
  static std::vector<std::string> Ended(const Json& report) {
    std::vector<std::string> ended;
    for (const Json& one : FindArray(report, "ended")) {
      ended.push_back(StringOr(one, "cluster") + " " + StringOr(one, "why"));
    }
    return ended;
  }
  static std::vector<std::string> Settled(const Json& report) {
    std::vector<std::string> settled;
    for (const Json& one : FindArray(report, "settled")) {
      settled.push_back(StringOr(one, "verdict"));
    }
    return settled;
  }
  static bool Unfinished(const Json& report) { return FindBool(report, "unfinished").value(); }
  static std::size_t Problems(const Json& report) { return FindArray(report, "problems").size(); }
  std::string Verdict() const {
    const JobRecord record = Record();
    return record.outcome ? StringOr(*record.outcome, "verdict") : "";
  }

 private:
  Json Swept(const Json& event) {
    const Result<Json> report = Sweep(event, ports);
    EXPECT_TRUE(report.has_value()) << report.error().message;
    return report ? *report : Json(JsonObject{});
  }
};

}  // namespace ecm::lifecycle
