#include "emr_model/events.h"

#include <gmock/gmock.h>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class EventsTest : public ModelFixture {
 protected:
  const Json& Detail(std::string_view state, std::string_view type = "EMR Cluster State Change") {
    for (const Json& event : events) {
      const Json& detail = event.at("detail");
      if (StringOr(event, "detail-type") == type && StringOr(detail, "state") == state) {
        return detail;
      }
    }
    ADD_FAILURE() << "no event " << state;
    static const Json kNone;
    return kNone;
  }
};

TEST_F(EventsTest, TellTheDocumentedStatesInTheirOrder) {
  RunAndBoot(Request({Step("one")}));
  EXPECT_THAT(TakeEvents(),
              ElementsAre("EMR Cluster State Change STARTING", "EMR Step Status Change PENDING",
                          "EMR Cluster State Change RUNNING", "EMR Step Status Change RUNNING"));
  Exit(true);
  model.Advance();
  EXPECT_THAT(TakeEvents(), ElementsAre("EMR Step Status Change COMPLETED",
                                        "EMR Cluster State Change TERMINATED"));
}

TEST_F(EventsTest, HaveTheEnvelopeOfTheService) {
  const ClusterId cluster = Run(Request());
  ASSERT_EQ(events.size(), 1U);
  JsonObject event = events[0].get_object();
  EXPECT_THAT(StringOr(event, "id"), testing::MatchesRegex("[0-9a-f-]{36}"));
  event["id"] = "ID";
  EXPECT_EQ(
      ToText(event),
      R"({"version":"0","id":"ID","detail-type":"EMR Cluster State Change","source":"aws.emr",)"
      R"("account":"000000000000","time":"2026-01-02T03:04:05Z","region":"eu-west-1",)"
      R"("resources":[],"detail":{"severity":"INFO","stateChangeReason":"{\"code\":\"\"}",)"
      R"("name":"demo","clusterId":")" +
          cluster.str() + R"(","state":"STARTING","message":"Amazon EMR cluster )" + cluster.str() +
          R"( (demo) was requested at 2026-01-02 03:04 UTC and is being created."}})");
}

TEST_F(EventsTest, SayInTheWordsOfTheServiceThatAStepAndItsClusterFailed) {
  const ClusterId cluster = RunAndBoot(Request({Step("one", "TERMINATE_JOB_FLOW")}));
  Exit(false);
  model.Advance();
  const std::string step = runner.started[0].step.str();
  const Json& failed = Detail("FAILED", "EMR Step Status Change");
  EXPECT_EQ(ToText(failed), R"({"severity":"ERROR","actionOnFailure":"TERMINATE_JOB_FLOW",)"
                            R"("stepId":")" +
                                step + R"(","name":"one","clusterId":")" + cluster.str() +
                                R"(","state":"FAILED","message":"Step )" + step +
                                " (one) in Amazon EMR cluster " + cluster.str() +
                                R"( (demo) failed at 2026-01-02 03:04 UTC."})");
  const Json& ended = Detail("TERMINATED_WITH_ERRORS");
  EXPECT_EQ(StringOr(ended, "severity"), "CRITICAL");
  EXPECT_EQ(StringOr(ended, "stateChangeReason"),
            R"({"code":"STEP_FAILURE","message":"Shut down as step failed"})");
  EXPECT_EQ(StringOr(ended, "message"),
            "Amazon EMR Cluster " + cluster.str() +
                " (demo) has terminated with errors at 2026-01-02 03:04 UTC with a reason of "
                "STEP_FAILURE.");
}

TEST_F(EventsTest, WarnOfCancelledStepsAndAreSilentOnInterruptedOnes) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two")}));
  TakeEvents();
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}}});
  EXPECT_EQ(StringOr(Detail("CANCELLED", "EMR Step Status Change"), "severity"), "WARN");
  Exit(false);
  model.Advance();
  EXPECT_EQ(StringOr(Detail("TERMINATED"), "severity"), "INFO");
  EXPECT_THAT(StringOr(Detail("TERMINATED"), "stateChangeReason"),
              HasSubstr("Terminated by user request"));
  EXPECT_THAT(TakeEvents(), ElementsAre("EMR Step Status Change CANCELLED",
                                        "EMR Cluster State Change TERMINATED"));
}

/// Ends each step inside Start and asks for more work inside the listener.
class EagerRunner : public StepRunner {
 public:
  void Start(const StepLaunch& launch) override {
    StepExit exit;
    exit.succeeded = true;
    model->OnStepExit(launch.cluster, launch.step, exit);
  }
  void Cancel(const ClusterId& /*cluster*/, const StepId& /*step*/, bool /*force*/) override {}
  EmrModel* model = nullptr;
};

TEST(OutboxTest, KeepsTheOrderWhenListenersCallTheModel) {
  ManualClock clock;
  SeededRandom random{7};
  EagerRunner runner;
  std::vector<std::string> told;
  EmrModel* listened = nullptr;
  EmrModel model({}, clock, random, runner, [&](const Json& event) {
    const std::string state = StringOr(event.at("detail"), "state");
    told.push_back(state);
    if (state != "RUNNING" || StringOr(event, "detail-type") != "EMR Cluster State Change") return;
    const std::string cluster = StringOr(event.at("detail"), "clusterId");
    const Result<Json> added = listened->Call(
        Region("eu-west-1"), "AddJobFlowSteps",
        *ParseJson(R"({"JobFlowId": ")" + cluster +
                   R"(", "Steps": [{"Name": "late", "HadoopJarStep": {"Jar": "x.jar"}}]})"));
    EXPECT_TRUE(added.has_value());
  });
  listened = &model;
  runner.model = &model;
  const Result<Json> answer = model.Call(Region("eu-west-1"), "RunJobFlow",
                                         *ParseJson(R"({"Name": "n", "ReleaseLabel": "emr-7.1.0",
      "ServiceRole": "a", "JobFlowRole": "b", "Instances": {"InstanceCount": 1,
      "MasterInstanceType": "m5.xlarge"},
      "Steps": [{"Name": "one", "HadoopJarStep": {"Jar": "x.jar"}}]})"));
  ASSERT_TRUE(answer.has_value()) << answer.error().message;
  model.Advance();
  model.Advance();
  EXPECT_THAT(told, ElementsAre("STARTING", "PENDING", "RUNNING", "RUNNING", "PENDING", "COMPLETED",
                                "RUNNING", "COMPLETED", "TERMINATED"));
}

}  // namespace
}  // namespace ecm::emr_model
