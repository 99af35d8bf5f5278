#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "emr_model/emr_model.h"
#include "emr_model/testing/recording_runner.h"
#include "env/random.h"
#include "env/testing/sim_env.h"

namespace ecm::emr_model {

/// A model on a clock that stands still, with a runner that remembers.
class ModelFixture : public testing::Test {
 protected:
  static constexpr std::string_view kRegion = "eu-west-1";

  ModelFixture() : ModelFixture(Options{}) {}
  explicit ModelFixture(Options options)
      : model(std::move(options), clock, random, runner,
              [this](const Json& event) { events.push_back(event); }) {}

  static Json Step(std::string_view name, std::string_view action = "TERMINATE_CLUSTER") {
    return JsonObject{
        {"Name", name},
        {"ActionOnFailure", action},
        {"HadoopJarStep", JsonObject{{"Jar", "command-runner.jar"},
                                     {"Args", JsonArray{"spark-submit", "s3://b/main.py"}}}}};
  }

  /// A valid RunJobFlow request: one primary, two core instances, auto-terminating.
  static JsonObject Request(JsonArray steps = {}, bool keep_alive = false,
                            bool termination_protected = false) {
    const auto group = [](std::string_view role, int count) {
      return JsonObject{
          {"InstanceRole", role}, {"InstanceType", "m5.xlarge"}, {"InstanceCount", count}};
    };
    return {{"Name", "demo"},
            {"ReleaseLabel", "emr-7.10.0"},
            {"LogUri", "s3://logs/emr/"},
            {"ServiceRole", "EMR_DefaultRole"},
            {"JobFlowRole", "EMR_EC2_DefaultRole"},
            {"Steps", std::move(steps)},
            {"Instances",
             JsonObject{{"InstanceGroups", JsonArray{group("MASTER", 1), group("CORE", 2)}},
                        {"KeepJobFlowAliveWhenNoSteps", keep_alive},
                        {"TerminationProtected", termination_protected}}}};
  }

  Result<Json> Call(std::string_view operation, const Json& request) {
    return model.Call(Region(std::string(kRegion)), operation, request);
  }

  /// The answer of a call that must succeed.
  Json Answer(std::string_view operation, const Json& request) {
    Result<Json> answer = Call(operation, request);
    EXPECT_TRUE(answer.has_value()) << operation << ": " << answer.error().message;
    return answer.has_value() ? *answer : Json(JsonObject{});
  }

  /// "code: message" of a call that must fail.
  std::string Refusal(std::string_view operation, const Json& request) {
    const Result<Json> answer = Call(operation, request);
    EXPECT_FALSE(answer.has_value()) << operation << " answered " << ToText(answer.value());
    return answer.has_value() ? "" : answer.error().code + ": " + answer.error().message;
  }

  ClusterId Run(const Json& request) {
    return ClusterId(StringOr(Answer("RunJobFlow", request), "JobFlowId"));
  }
  /// RUNNING or WAITING, where the timings are zero.
  ClusterId RunAndBoot(const Json& request) {
    const ClusterId cluster = Run(request);
    model.Advance();
    return cluster;
  }

  Json Describe(const ClusterId& cluster) {
    return Answer("DescribeCluster", JsonObject{{"ClusterId", cluster.str()}}).at("Cluster");
  }
  std::string State(const ClusterId& cluster) {
    return StringOr(Describe(cluster).at("Status"), "State");
  }
  /// "STATE CODE message" of the cluster.
  std::string Status(const ClusterId& cluster) {
    const Json status = Describe(cluster).at("Status");
    const Json& reason = status.at("StateChangeReason");
    return StringOr(status, "State") + " " + StringOr(reason, "Code") + " " +
           StringOr(reason, "Message");
  }
  /// Of all steps on the first page, in the order of their submission: "COMPLETED,PENDING".
  std::string StepStates(const ClusterId& cluster) {
    const Json answer = Answer("ListSteps", JsonObject{{"ClusterId", cluster.str()}});
    std::string states;
    for (const Json& step : FindArray(answer, "Steps")) {
      states.insert(0, StringOr(step.at("Status"), "State") + (states.empty() ? "" : ","));
    }
    return states;
  }

  /// The end of the step that was started last.
  void Exit(bool succeeded) { Exit(runner.started.back(), succeeded); }
  void Exit(const StepLaunch& launch, bool succeeded) {
    StepExit exit;
    exit.succeeded = succeeded;
    if (!succeeded) {
      exit.exit_code = 1;
      exit.failure_reason = "Unknown Error.";
      exit.failure_message = "Exception in thread \"main\"";
      exit.log_file = "s3://logs/emr/stderr.gz";
    }
    model.OnStepExit(launch.cluster, launch.step, exit);
  }

  /// "EMR Cluster State Change RUNNING", … since the last call.
  std::vector<std::string> TakeEvents() {
    std::vector<std::string> told;
    told.reserve(events.size());
    for (const Json& event : events) {
      told.push_back(StringOr(event, "detail-type") + " " + StringOr(event.at("detail"), "state"));
    }
    events.clear();
    return told;
  }

  ManualClock clock;
  SeededRandom random{7};
  RecordingRunner runner;
  std::vector<Json> events;
  EmrModel model;
};

}  // namespace ecm::emr_model
