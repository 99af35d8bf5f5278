#include "emr_model/record_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ecm::emr_model {
namespace {

using testing::HasSubstr;

WallTime At(std::int64_t milliseconds) { return WallTime{Duration{milliseconds}}; }

StepRecord FullStep() {
  StepRecord step;
  step.id = StepId("s-1");
  step.name = "word \"count\"";
  step.action = ActionOnFailure::kCancelAndWait;
  step.jar = "command-runner.jar";
  step.main_class = "com.example.Main";
  step.args = {"spark-submit", "", "ü"};
  step.properties = {{"b", "1"}, {"a", ""}};
  step.execution_role_arn = "arn:role";
  step.log_uri = "s3://step-logs/";
  step.encryption_key_arn = "arn:key";
  step.state = StepState::kFailed;
  step.created = At(1767323045123);
  step.started = At(1767323046001);
  step.ended = At(1767323047999);
  step.failure = FailureDetails{"Unknown Error.", "\xff no UTF-8", "s3://logs/stderr.gz"};
  return step;
}

ClusterRecord FullCluster() {
  ClusterRecord cluster;
  cluster.id = ClusterId("j-1");
  cluster.region = Region("eu-west-1");
  cluster.sequence = 7;
  cluster.arn = "arn:cluster";
  cluster.name = "demo";
  cluster.description = PackedObject(
      JsonObject{{"ReleaseLabel", "emr-7.10.0"}, {"Applications", JsonArray{"Spark"}}});
  cluster.configurations = JsonArray{JsonObject{{"Classification", "spark"}}};
  cluster.bootstrap_actions = {JsonObject{{"Name", "b"}, {"Args", JsonArray{"1"}}}};
  cluster.log_uri = "s3://logs/";
  cluster.step_execution_role_arn = "arn:role";
  cluster.release = {7, 10};
  cluster.step_concurrency = 3;
  cluster.idle_timeout = std::chrono::minutes{5};
  cluster.managed_scaling = JsonObject{{"ComputeLimits", JsonObject{{"UnitType", "Instances"}}}};
  cluster.uses_fleets = true;
  cluster.instances = {{"if-1", PackedObject(JsonObject{{"Id", "if-1"}}), 1, 2, 3, 4, At(5)}, {}};
  cluster.keep_alive = true;
  cluster.termination_protected = true;
  cluster.tags = {{"team", "data"}, {"job", ""}};
  cluster.state = ClusterState::kTerminating;
  cluster.reason = {"STEP_FAILURE", "Shut down as step failed"};
  cluster.error_details = {JsonObject{{"ErrorCode", "E"}}};
  cluster.created = At(1767323045123);
  cluster.ready = At(1767323046123);
  cluster.ended = At(1767323047123);
  cluster.terminate_at = At(1767323048123);
  return cluster;
}

// These know every member, so that a new one cannot be forgotten: where they no longer compile,
// write the member to the document, set it above, and say here which of both lists it is in.

TEST(RecordJsonTest, KeepsEveryMemberOfAStep) {
  const StepRecord full = FullStep();
  const auto& [id, name, action, jar, main_class, args, properties, execution_role_arn, log_uri,
               encryption_key_arn, state, created, started, ended, failure,
               /* of this process: */ process_open, waits_for] = full;
  EXPECT_FALSE(process_open);
  EXPECT_EQ(waits_for, "");
  const auto read = StepFromJson(ToJson(full));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, full);
  EXPECT_EQ(StepFromJson(ToJson(StepRecord{})), StepRecord{});
}

TEST(RecordJsonTest, KeepsEveryMemberOfACluster) {
  const ClusterRecord full = FullCluster();
  // These stand in the line of a cluster that has ended, too.
  const auto& [id, region, sequence, arn, name, state, reason, error_details, created, ready,
               ended] = static_cast<const ClusterOutline&>(full);
  const auto& [description, configurations, bootstrap_actions, log_uri, step_execution_role_arn,
               release, step_concurrency, idle_timeout, managed_scaling, uses_fleets, instances,
               keep_alive, termination_protected, tags,
               /* documents of their own: */ steps,
               /* of this process: */ first_unsettled, open_processes, bootstrap_open, timings,
               bootstrap_at,
               /* kept: */ terminate_at, /* of this process: */ due] =
      static_cast<const ClusterDetails&>(full);
  EXPECT_TRUE(IsEnding(state));
  EXPECT_TRUE(steps.empty());
  EXPECT_EQ(first_unsettled, 0U);
  EXPECT_EQ(open_processes, 0);
  EXPECT_FALSE(bootstrap_open);
  EXPECT_EQ(timings, Timings{});
  EXPECT_EQ(bootstrap_at, WallTime{});
  const auto read = ClusterFromJson(ToJson(full));
  ASSERT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(*read, full);
  EXPECT_EQ(ClusterFromJson(ToJson(ClusterRecord{})), ClusterRecord{});
}

EndedCluster FullEnded() {
  ClusterRecord cluster = FullCluster();
  cluster.state = ClusterState::kTerminatedWithErrors;
  return {static_cast<const ClusterOutline&>(cluster), 3};
}

TEST(RecordJsonTest, KeepsEveryMemberOfAClusterThatHasEnded) {
  const EndedCluster full = FullEnded();
  EXPECT_EQ(EndedClusterFromLine(ToLine(full)), full);
  EndedCluster least;
  least.state = ClusterState::kTerminated;
  EXPECT_EQ(EndedClusterFromLine(ToLine(least)), least);
}

TEST(RecordJsonTest, DoesWithoutALineOfAnotherKind) {
  const auto changed = [](std::size_t place, const Json& value) {
    JsonArray line = ToLine(FullEnded());
    line[place] = value;
    return EndedClusterFromLine(line);
  };
  EXPECT_EQ(changed(0, 2), std::nullopt);          // a version to come
  EXPECT_EQ(changed(6, "WAITING"), std::nullopt);  // no cluster that has ended
  EXPECT_EQ(EndedClusterFromLine(JsonArray{1}), std::nullopt);
  EXPECT_EQ(EndedClusterFromLine(JsonObject{}), std::nullopt);
  for (std::size_t place = 0; place < ToLine(FullEnded()).size(); ++place) {
    for (const Json& odd : {Json(nullptr), Json("x"), Json(JsonArray{1}), Json(1.5)}) {
      static_cast<void>(changed(place, odd));  // nothing or not, but no crash
    }
  }
}

TEST(RecordJsonTest, KeepsEveryStateAndAction) {
  for (int state = 0; state < static_cast<int>(ClusterState::kOther); ++state) {
    ClusterRecord cluster;
    cluster.state = static_cast<ClusterState>(state);
    EXPECT_EQ(ClusterFromJson(ToJson(cluster)), cluster);
  }
  for (int state = 0; state < static_cast<int>(StepState::kOther); ++state) {
    StepRecord step;
    step.state = static_cast<StepState>(state);
    EXPECT_EQ(StepFromJson(ToJson(step)), step);
  }
  for (int action = 0; action <= static_cast<int>(ActionOnFailure::kContinue); ++action) {
    StepRecord step;
    step.action = static_cast<ActionOnFailure>(action);
    EXPECT_EQ(StepFromJson(ToJson(step)), step);
  }
}

std::string Refusal(Json json, std::string_view key, const Json& value) {
  json.as_object()[key] = value;
  const auto cluster = ClusterFromJson(json);
  return cluster.has_value() ? "" : cluster.error().message;
}

TEST(RecordJsonTest, RefusesWhatItDoesNotKnow) {
  EXPECT_THAT(Refusal(ToJson(FullCluster()), "v", 2), HasSubstr("version 1 (but 2)"));
  EXPECT_THAT(Refusal(ToJson(FullCluster()), "state", "RESTING"), HasSubstr("'RESTING'"));
  EXPECT_FALSE(ClusterFromJson(nullptr).has_value());
  EXPECT_FALSE(ClusterFromJson("text").has_value());
  Json step = ToJson(FullStep());
  step.as_object()["action"] = "PANIC";
  EXPECT_THAT(StepFromJson(step).error().message, HasSubstr("'PANIC'"));
  step.as_object().erase("v");
  EXPECT_THAT(StepFromJson(step).error().message, HasSubstr("version 1 (but 0)"));
}

TEST(RecordJsonTest, ReadsMembersOfAnotherTypeAsIfTheyWereNotThere) {
  const JsonObject full = ToJson(FullCluster());
  for (const auto& member : full) {
    for (const Json& odd :
         {Json(nullptr), Json("x"), Json(JsonArray{1, JsonArray{2}}), Json(1.5)}) {
      Json json = full;
      json.as_object()[member.key()] = odd;
      static_cast<void>(ClusterFromJson(std::move(json)));  // an error or not, but no crash
    }
  }
  const JsonObject step = ToJson(FullStep());
  for (const auto& member : step) {
    for (const Json& odd : {Json(nullptr), Json("x"), Json(JsonArray{1, JsonArray{2}, 3})}) {
      Json json = step;
      json.as_object()[member.key()] = odd;
      static_cast<void>(StepFromJson(json));
    }
  }
}

}  // namespace
}  // namespace ecm::emr_model
