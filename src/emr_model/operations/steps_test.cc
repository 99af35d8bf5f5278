#include <gmock/gmock.h>

#include <algorithm>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class StepsTest : public ModelFixture {
 protected:
  static Json Add(const ClusterId& cluster, JsonArray steps) {
    return JsonObject{{"JobFlowId", cluster.str()}, {"Steps", std::move(steps)}};
  }
  static JsonObject Of(const ClusterId& cluster) { return {{"ClusterId", cluster.str()}}; }
  Json Cancel(const ClusterId& cluster, JsonArray ids, std::string_view option = "SEND_INTERRUPT") {
    JsonObject request = Of(cluster);
    request["StepIds"] = std::move(ids);
    request["StepCancellationOption"] = option;
    return Answer("CancelSteps", request).at("CancelStepsInfoList");
  }
  /// Newest first.
  std::vector<std::string> Ids(const Json& answer) {
    std::vector<std::string> ids;
    for (const Json& step : FindArray(answer, "Steps")) ids.push_back(StringOr(step, "Id"));
    return ids;
  }
  std::vector<std::string> AllIds(const ClusterId& cluster) {
    return Ids(Answer("ListSteps", Of(cluster)));
  }
};

TEST_F(StepsTest, GetTheirIdsInTheOrderInWhichTheyAreAdded) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  const Json answer = Answer("AddJobFlowSteps", Add(cluster, {Step("one"), Step("two")}));
  const JsonArray& ids = FindArray(answer, "StepIds");
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_THAT(AllIds(cluster), ElementsAre(ids[1].as_string(), ids[0].as_string()));
}

TEST_F(StepsTest, AreRefusedByAClusterThatIsUnknownOrEnds) {
  EXPECT_EQ(Refusal("AddJobFlowSteps", Add(ClusterId("j-1"), {Step("one")})),
            "ValidationException: Specified job flow ID not valid");
  const ClusterId cluster = RunAndBoot(Request());
  EXPECT_EQ(Refusal("AddJobFlowSteps", Add(cluster, {Step("one")})),
            "ValidationException: A job flow that is shutting down, terminated, or finished may "
            "not be modified.");
}

TEST_F(StepsTest, AreAtMost256AtATime) {
  const ClusterId cluster = RunAndBoot(Request(JsonArray(256, Step("s", "CONTINUE")), true));
  EXPECT_EQ(Refusal("AddJobFlowSteps", Add(cluster, {Step("more")})),
            "ValidationException: Maximum number of active steps(State = 'Running', 'Pending' or "
            "'Cancel_Pending') for cluster exceeded.");
  Exit(true);
  EXPECT_TRUE(Call("AddJobFlowSteps", Add(cluster, {Step("more")})).has_value());
}

TEST_F(StepsTest, ContinueAlwaysWhereSeveralRunAtATime) {
  JsonObject request = Request({}, true);
  request["StepConcurrencyLevel"] = 2;
  const ClusterId cluster = RunAndBoot(request);
  for (const std::string_view action :
       {"CANCEL_AND_WAIT", "TERMINATE_CLUSTER", "TERMINATE_JOB_FLOW"}) {
    EXPECT_EQ(Refusal("AddJobFlowSteps", Add(cluster, {Step("s", action)})),
              "ValidationException: Action on failure '" + std::string(action) + "' is invalid.");
  }
  EXPECT_TRUE(Call("AddJobFlowSteps", Add(cluster, {Step("s", "CONTINUE")})).has_value());
}

TEST_F(StepsTest, AreAddedAllOrNone) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  EXPECT_EQ(Refusal("AddJobFlowSteps", Add(cluster, {})),
            "ValidationException: The list of Steps cannot be empty");
  Json without_jar = Step("two");
  without_jar.at("HadoopJarStep").at("Jar") = "";
  EXPECT_EQ(Refusal("AddJobFlowSteps", Add(cluster, {Step("one"), without_jar})),
            "ValidationException: The step 'two' has no Jar.");
  EXPECT_EQ(AllIds(cluster).size(), 0U);
  EXPECT_TRUE(runner.started.empty());
}

TEST_F(StepsTest, ComeAndGoInHundredsSinceRelease714) {
  JsonObject request = Request({}, true);
  request["ReleaseLabel"] = "emr-7.14.0";
  const ClusterId cluster = RunAndBoot(request);
  EXPECT_THAT(Refusal("AddJobFlowSteps", Add(cluster, JsonArray(101, Step("s")))),
              HasSubstr("at most 100 are allowed from emr-7.14.0 on"));
  const Json added = Answer("AddJobFlowSteps", Add(cluster, JsonArray(100, Step("s"))));
  JsonObject cancel = Of(cluster);
  cancel["StepIds"] = JsonArray(101, Json("s-NONE"));
  EXPECT_EQ(Refusal("CancelSteps", cancel),
            "InvalidRequestException: 101 StepIds; 1 to 100 are allowed.");
  cancel["StepIds"] = JsonArray{};
  EXPECT_EQ(Refusal("CancelSteps", cancel),
            "InvalidRequestException: 0 StepIds; 1 to 100 are allowed.");
  EXPECT_EQ(Cancel(cluster, FindArray(added, "StepIds")).get_array().size(), 100U);
}

TEST_F(StepsTest, AreListedWhileTheyAreAmongTheLastThousand) {
  const ClusterId cluster = RunAndBoot(Request({}, true));
  std::string oldest;
  for (int i = 0; i < 1001; ++i) {
    const Json added = Answer("AddJobFlowSteps", Add(cluster, {Step("s")}));
    if (i == 0) oldest = FindArray(added, "StepIds")[0].get_string();
    model.Advance();
    Exit(true);
  }
  std::size_t listed = 0;
  JsonObject request = Of(cluster);
  for (int page = 0; page < 100; ++page) {
    const Json answer = Answer("ListSteps", request);
    const std::vector<std::string> ids = Ids(answer);
    listed += ids.size();
    EXPECT_EQ(std::ranges::count(ids, oldest), 0);
    const std::string marker = StringOr(answer, "Marker");
    if (marker.empty()) break;
    request["Marker"] = marker;
  }
  EXPECT_EQ(listed, 1000U);
  const Json step =
      Answer("DescribeStep", JsonObject{{"ClusterId", cluster.str()}, {"StepId", oldest}});
  EXPECT_EQ(StringOr(step.at("Step"), "Id"), oldest);
}

TEST_F(StepsTest, AreListedNewestFirstFiftyAPage) {
  const ClusterId cluster = RunAndBoot(Request(JsonArray(120, Step("s")), true));
  std::vector<std::size_t> sizes;
  std::vector<std::string> all;
  JsonObject request = Of(cluster);
  for (int page = 0; page < 5; ++page) {
    const Json answer = Answer("ListSteps", request);
    const std::vector<std::string> ids = Ids(answer);
    sizes.push_back(ids.size());
    all.insert(all.end(), ids.begin(), ids.end());
    const std::string marker = StringOr(answer, "Marker");
    if (marker.empty()) break;
    request["Marker"] = marker;
  }
  EXPECT_THAT(sizes, ElementsAre(50, 50, 20));
  EXPECT_EQ(all.back(), runner.started[0].step.str());
  std::ranges::sort(all);
  EXPECT_EQ(std::ranges::adjacent_find(all), all.end());
}

TEST_F(StepsTest, AreListedByIdOrByStateButNotByBoth) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two"), Step("three")}));
  const std::vector<std::string> ids = AllIds(cluster);
  JsonObject request = Of(cluster);
  request["StepIds"] = JsonArray{Json(ids[2]), Json(ids[0])};
  EXPECT_THAT(Ids(Answer("ListSteps", request)), ElementsAre(ids[0], ids[2]));
  request["StepStates"] = JsonArray{"RUNNING"};
  EXPECT_EQ(Refusal("ListSteps", request),
            "InvalidRequestException: Cannot specify both StepIds and StepStates.");
  request.erase("StepIds");
  EXPECT_THAT(Ids(Answer("ListSteps", request)), ElementsAre(ids[2]));
}

TEST_F(StepsTest, AreRefusedWithIdsOrMarkersThatAreUnknown) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  JsonObject request = Of(cluster);
  request["StepIds"] = JsonArray{"s-NONE"};
  EXPECT_EQ(Refusal("ListSteps", request),
            "InvalidRequestException: Step id 's-NONE' is not valid.");
  request["StepIds"] = JsonArray(11, Json("s-NONE"));
  EXPECT_THAT(Refusal("ListSteps", request), HasSubstr("at most 10"));
  EXPECT_EQ(Refusal("DescribeStep", JsonObject{{"ClusterId", cluster.str()}, {"StepId", "s-NONE"}}),
            "InvalidRequestException: Step id 's-NONE' is not valid.");
  request = Of(cluster);
  request["Marker"] = "2";
  EXPECT_EQ(Refusal("ListSteps", request), "InvalidRequestException: Marker '2' is not valid.");
}

TEST_F(StepsTest, TellTheirPropertiesAsAMap) {
  Json step = Step("one");
  step.at("HadoopJarStep").as_object()["Properties"] =
      JsonArray{JsonObject{{"Key", "k"}, {"Value", "v"}}};
  step.at("HadoopJarStep").as_object()["MainClass"] = "Main";
  const ClusterId cluster = RunAndBoot(Request({step}));
  const Json config = FindArray(Answer("ListSteps", Of(cluster)), "Steps")[0].at("Config");
  EXPECT_EQ(ToText(config), R"({"Jar":"command-runner.jar","Properties":{"k":"v"},)"
                            R"("Args":["spark-submit","s3://b/main.py"],"MainClass":"Main"})");
}

TEST_F(StepsTest, AreCancelledBeforeTheyStartWithoutTheRunner) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two")}));
  const std::vector<std::string> ids = AllIds(cluster);
  EXPECT_EQ(StringOr(Cancel(cluster, {Json(ids[0])}).at(0), "Status"), "SUBMITTED");
  EXPECT_EQ(StepStates(cluster), "RUNNING,CANCEL_PENDING");
  model.Advance();
  EXPECT_EQ(StepStates(cluster), "RUNNING,CANCELLED");
  EXPECT_TRUE(runner.cancelled.empty());
  Exit(true);
  EXPECT_EQ(State(cluster), "TERMINATING");
}

TEST_F(StepsTest, AreCancelledWhileTheyRunWithoutActionOnFailure) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two")}));
  const StepLaunch first = runner.started[0];
  Cancel(cluster, {Json(first.step.str())});
  EXPECT_EQ(StepStates(cluster), "CANCEL_PENDING,PENDING");
  Cancel(cluster, {Json(first.step.str())}, "TERMINATE_PROCESS");
  EXPECT_THAT(runner.cancelled, ElementsAre(RecordingRunner::Cancelled{cluster, first.step, false},
                                            RecordingRunner::Cancelled{cluster, first.step, true}));
  Exit(first, false);
  EXPECT_EQ(StepStates(cluster), "CANCELLED,RUNNING");
}

TEST_F(StepsTest, MayCompleteBeforeTheirCancelArrives) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  Cancel(cluster, {Json(runner.started[0].step.str())});
  Exit(true);
  EXPECT_EQ(StepStates(cluster), "COMPLETED");
}

TEST_F(StepsTest, SayWhyTheyCannotBeCancelled) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  const std::string id = runner.started[0].step.str();
  Exit(true);
  const Json infos = Cancel(cluster, {Json(id), "s-NONE"});
  EXPECT_EQ(ToText(infos), R"([{"StepId":")" + id +
                               R"(","Status":"FAILED","Reason":"The step is COMPLETED and cannot )"
                               R"(be cancelled."},{"StepId":"s-NONE","Status":"FAILED",)"
                               R"("Reason":"The step does not exist."}])");
}

TEST_F(StepsTest, CannotBeCancelledWhileTheyRunOnOldReleases) {
  JsonObject request = Request({Step("one")});
  request["ReleaseLabel"] = "emr-5.27.0";
  const ClusterId cluster = RunAndBoot(request);
  const Json infos = Cancel(cluster, {Json(runner.started[0].step.str())});
  EXPECT_EQ(StringOr(infos.at(0), "Status"), "FAILED");
  EXPECT_EQ(StepStates(cluster), "RUNNING");
}

}  // namespace
}  // namespace ecm::emr_model
