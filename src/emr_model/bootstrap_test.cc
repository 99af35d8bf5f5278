#include "emr_model/bootstrap.h"

#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"
#include "store/memory_document_store.h"

namespace ecm::emr_model {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class BootstrapTest : public ModelFixture {
 protected:
  static Options Running(Timings timings = {}) {
    Options options;
    options.timings = timings;
    options.run_bootstrap_actions = true;
    options.keep_changes = true;
    return options;
  }
  explicit BootstrapTest(Options options = Running()) : ModelFixture(std::move(options)) {}

  static JsonObject WithActions(JsonArray steps = {}) {
    JsonObject request = Request(std::move(steps));
    const auto action = [](std::string_view name, std::string_view path, JsonArray args) {
      return JsonObject{
          {"Name", name},
          {"ScriptBootstrapAction", JsonObject{{"Path", path}, {"Args", std::move(args)}}}};
    };
    request["BootstrapActions"] =
        JsonArray{action("pip", "s3://b/pip.sh", {"numpy"}), action("two", "/opt/two.sh", {})};
    request["Configurations"] = JsonArray{JsonObject{{"Classification", "spark"}}};
    return request;
  }
  std::string Primary(const ClusterId& cluster) {
    const Json answer = Answer(
        "ListInstances",
        JsonObject{{"ClusterId", cluster.str()}, {"InstanceGroupTypes", JsonArray{"MASTER"}}});
    return StringOr(FindArray(answer, "Instances")[0], "Ec2InstanceId");
  }
  void EndActions(const ClusterId& cluster, std::size_t failed = 0, int code = 0,
                  std::string message = {}) {
    model.OnBootstrapExit(cluster, {failed, code, std::move(message)});
  }
};

TEST_F(BootstrapTest, HandsTheActionsToTheRunnerAsTheyWereAsked) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  EXPECT_EQ(Status(cluster), "BOOTSTRAPPING  Configuring cluster software");
  ASSERT_EQ(runner.bootstraps.size(), 1U);
  const BootstrapLaunch& launch = runner.bootstraps[0];
  EXPECT_EQ(launch.cluster, cluster);
  EXPECT_EQ(launch.cluster_name, "demo");
  EXPECT_EQ(launch.instance, Primary(cluster));
  EXPECT_TRUE(launch.instance.starts_with("i-")) << launch.instance;
  ASSERT_EQ(launch.actions.size(), 2U);
  EXPECT_EQ(launch.actions[0].name, "pip");
  EXPECT_EQ(launch.actions[0].path, "s3://b/pip.sh");
  EXPECT_THAT(launch.actions[0].args, ElementsAre("numpy"));
  EXPECT_EQ(launch.actions[1].path, "/opt/two.sh");
  EXPECT_THAT(launch.actions[1].args, IsEmpty());
  EXPECT_EQ(launch.log_uri, "s3://logs/emr/");
  EXPECT_EQ(StringOr(launch.configurations.at(0), "Classification"), "spark");
}

TEST_F(BootstrapTest, RunsItsStepsAfterTheActionsHaveSucceeded) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  EXPECT_EQ(model.NextDue(), std::nullopt);
  EXPECT_THAT(runner.started, IsEmpty());
  EndActions(cluster);
  EXPECT_EQ(model.NextDue(), clock.Wall());
  model.Advance();
  EXPECT_EQ(State(cluster), "RUNNING");
  EXPECT_EQ(runner.started.size(), 1U);
}

TEST_F(BootstrapTest, AFailureEndsAProtectedClusterToo) {
  JsonObject request = WithActions({Step("one")});
  request["Instances"].as_object()["TerminationProtected"] = true;
  const ClusterId cluster = RunAndBoot(request);
  EndActions(cluster, 1, 3);
  model.Advance();
  EXPECT_EQ(State(cluster), "TERMINATED_WITH_ERRORS");
  EXPECT_THAT(runner.started, IsEmpty());
}

class SlowBootstrapTest : public BootstrapTest {
 protected:
  SlowBootstrapTest()
      : BootstrapTest(Running({.bootstrap = seconds{5}, .terminate = seconds{3}})) {}
};

TEST_F(SlowBootstrapTest, TakesItsTimeAlsoWhenTheActionsAreFaster) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  clock.Advance(seconds{2});
  EndActions(cluster);
  EXPECT_EQ(model.NextDue(), clock.Wall() + seconds{3});
  clock.Advance(seconds{3});
  model.Advance();
  EXPECT_EQ(State(cluster), "RUNNING");
}

TEST_F(SlowBootstrapTest, LastsAsLongAsItsActionsDo) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  clock.Advance(seconds{60});
  model.Advance();
  EXPECT_EQ(State(cluster), "BOOTSTRAPPING");
  EndActions(cluster);
  model.Advance();
  EXPECT_EQ(State(cluster), "RUNNING");
}

TEST_F(SlowBootstrapTest, WithoutActionsNothingIsStarted) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  EXPECT_THAT(runner.bootstraps, IsEmpty());
  clock.Advance(seconds{5});
  model.Advance();
  EXPECT_EQ(State(cluster), "RUNNING");
}

class NoBootstrapTest : public BootstrapTest {
 protected:
  NoBootstrapTest() : BootstrapTest(Options{}) {}
};

TEST_F(NoBootstrapTest, ActionsTakeNoTimeAndSucceedWhereTheyAreNotRun) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  EXPECT_EQ(State(cluster), "RUNNING");
  EXPECT_THAT(runner.bootstraps, IsEmpty());
}

TEST_F(BootstrapTest, AFailedActionEndsTheClusterInTheWordsOfEmr) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  const std::string primary = Primary(cluster);
  EndActions(cluster, /*failed=*/1, /*code=*/3);
  const std::string reason = " BOOTSTRAP_FAILURE On the master instance (" + primary +
                             "), bootstrap action 1 returned a non-zero return code";
  EXPECT_EQ(Status(cluster), "TERMINATING" + reason);
  EXPECT_EQ(StepStates(cluster), "CANCELLED");
  model.Advance();
  EXPECT_EQ(Status(cluster), "TERMINATED_WITH_ERRORS" + reason);
  EXPECT_THAT(runner.cancelled_bootstraps, IsEmpty());
  EXPECT_THAT(runner.started, IsEmpty());
  EXPECT_EQ(TakeEvents().back(), "EMR Cluster State Change TERMINATED_WITH_ERRORS");
}

TEST_F(BootstrapTest, TellsTheDetailsOfTheFailureInBothAnswersAndAfterARestart) {
  const ClusterId cluster = RunAndBoot(WithActions());
  const std::string primary = Primary(cluster);
  EndActions(cluster, /*failed=*/2, /*code=*/127);
  model.Advance();
  const Json expected = JsonArray{JsonObject{
      {"ErrorCode", "BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE"},
      {"ErrorData", JsonArray{JsonObject{{"primary-instance-id", primary},
                                         {"bootstrap-action", "2"},
                                         {"return-code", "127"},
                                         {"amazon-s3-path", "/opt/two.sh"},
                                         {"public-doc",
                                          "https://docs.aws.amazon.com/emr/latest/ManagementGuide/"
                                          "BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE.html"}}}},
      {"ErrorMessage", "On the master instance (" + primary +
                           "), bootstrap action 2 returned a non-zero return code"}}};
  EXPECT_EQ(Describe(cluster).at("Status").at("ErrorDetails"), expected);
  const Json list = Answer("ListClusters", JsonObject{});
  EXPECT_EQ(FindArray(list, "Clusters")[0].at("Status").at("ErrorDetails"), expected);

  MemoryDocumentStore store;
  store.Commit(model.TakeChanges()).value();
  EmrModel restarted(Running(), clock, random, runner, {});
  restarted.Restore(store).value();
  EXPECT_EQ(restarted.Call(Region(std::string(kRegion)), "ListClusters", JsonObject{}), list);
}

TEST_F(BootstrapTest, SaysWhyAnActionCouldNotBeRunAtAll) {
  const ClusterId cluster = RunAndBoot(WithActions());
  EndActions(cluster, /*failed=*/1, /*code=*/0, "there is no s3://b/pip.sh");
  EXPECT_EQ(Status(cluster),
            "TERMINATING BOOTSTRAP_FAILURE On the master instance (" + Primary(cluster) +
                "), bootstrap action 1 could not be run: there is no s3://b/pip.sh");
  const Json detail = Describe(cluster).at("Status").at("ErrorDetails").at(0);
  EXPECT_EQ(StringOr(detail, "ErrorCode"), "BOOTSTRAP_FAILURE_BA_DOWNLOAD_FAILED_PRIMARY");
  EXPECT_EQ(StringOr(detail.at("ErrorData").at(0), "amazon-s3-path"), "s3://b/pip.sh");
  EXPECT_EQ(Find(detail.at("ErrorData").at(0), "return-code"), nullptr);
}

TEST_F(SlowBootstrapTest, IsGoneOnlyWhenTheActionsHaveEnded) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{cluster.str()}}});
  EXPECT_EQ(Status(cluster), "TERMINATING USER_REQUEST Terminated by user request");
  EXPECT_THAT(runner.cancelled_bootstraps, ElementsAre(cluster));
  clock.Advance(seconds{60});
  model.Advance();
  EXPECT_EQ(State(cluster), "TERMINATING");
  EXPECT_EQ(model.NextDue(), std::nullopt);
  EndActions(cluster, /*failed=*/1, /*code=*/137);
  model.Advance();
  EXPECT_EQ(Status(cluster), "TERMINATED USER_REQUEST Terminated by user request");
  EXPECT_EQ(Find(Describe(cluster), {"Status", "ErrorDetails"}), nullptr);
}

TEST_F(SlowBootstrapTest, TakesItsTimeToTerminateAlsoWhenTheActionsEndAtOnce) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  model.LosePrimary(cluster);
  EXPECT_THAT(runner.cancelled_bootstraps, ElementsAre(cluster));
  EndActions(cluster, /*failed=*/1, /*code=*/137);
  EXPECT_EQ(model.NextDue(), clock.Wall() + seconds{3});
}

TEST_F(BootstrapTest, IgnoresTheEndOfActionsThatDoNotRun) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  EndActions(ClusterId("j-NONE"), 1, 1);
  EndActions(cluster);
  EndActions(cluster, 1, 1);
  model.Advance();
  EndActions(cluster, 1, 1);
  EXPECT_EQ(State(cluster), "RUNNING");
}

class StuckBootstrapTest : public BootstrapTest {
 protected:
  StuckBootstrapTest() : BootstrapTest(Running({.bootstrap = kNever})) {}
};

TEST_F(StuckBootstrapTest, NeverEndsWhereItsTimeIsNever) {
  const ClusterId cluster = RunAndBoot(WithActions({Step("one")}));
  EndActions(cluster);
  EXPECT_EQ(model.NextDue(), std::nullopt);
  EXPECT_EQ(State(cluster), "BOOTSTRAPPING");
}

}  // namespace
}  // namespace ecm::emr_model
