#include "emr_model/restore.h"

#include <gmock/gmock.h>

#include "emr_model/testing/restart_fixture.h"

namespace ecm::emr_model {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RestoreTest : public RestartFixture {};

TEST_F(RestoreTest, ReadingLeavesNothingToSave) {
  RunAndBoot(Request({Step("one")}));
  EXPECT_FALSE(model.TakeChanges().empty());
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
  EXPECT_FALSE(Everything(model).empty());
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
}

TEST_F(RestoreTest, TellsOneDocumentForAClusterAndOneForEachStep) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two")}));
  const auto names = [this] {
    std::vector<std::string> told;
    for (const Document& document : model.TakeChanges()) {
      told.push_back(document.kind + " " + document.id);
    }
    return told;
  };
  EXPECT_THAT(names(),
              ElementsAre("emr_cluster " + cluster.str(), "emr_step " + cluster.str() + "/00000001",
                          "emr_step " + cluster.str() + "/00000002"));
  Exit(true);
  EXPECT_THAT(names(), ElementsAre("emr_step " + cluster.str() + "/00000001",
                                   "emr_step " + cluster.str() + "/00000002"));
}

class ForgetfulTest : public ModelFixture {};

TEST_F(ForgetfulTest, KeepsNoChangesUnlessAsked) {
  RunAndBoot(Request({Step("one")}));
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
}

TEST_F(RestoreTest, RemovesTheDocumentsOfAForgottenCluster) {
  RunAndBoot(Request({Step("one"), Step("two")}));
  Exit(true);
  Exit(true);
  model.Advance();
  Save();
  EXPECT_EQ(store.Load("emr_step")->size(), 2U);
  clock.Advance(std::chrono::days{62});
  const auto restarted = Restart();
  static_cast<void>(Ask(*restarted->model, "ListClusters", JsonObject{}).value());
  Save(*restarted->model);
  EXPECT_THAT(*store.Load("emr_cluster"), IsEmpty());
  EXPECT_THAT(*store.Load("emr_step"), IsEmpty());
  EXPECT_THAT(*store.Load("emr_ended"), IsEmpty());
}

TEST_F(RestoreTest, ForgetsInTheOrderOfTheEnds) {
  const ClusterId first = RunAndBoot(Request({}, /*keep_alive=*/true));
  const ClusterId second = RunAndBoot(Request());
  clock.Advance(std::chrono::days{40});
  model.LosePrimary(first);
  model.Advance();
  Save();
  clock.Advance(std::chrono::days{30});
  const auto restarted = Restart();
  EXPECT_TRUE(Ask(*restarted->model, "DescribeCluster", JsonObject{{"ClusterId", first.str()}})
                  .has_value());
  EXPECT_FALSE(Ask(*restarted->model, "DescribeCluster", JsonObject{{"ClusterId", second.str()}})
                   .has_value());
}

TEST_F(RestoreTest, KeepsTheOrderOfClustersAndTheMarkersOfTheirPages) {
  for (int i = 0; i < 120; ++i) {
    Run(Request());
    if (i % 3 == 0) clock.Advance(seconds{1});
  }
  model.Advance();
  Save();
  const Json first = Answer("ListClusters", JsonObject{});
  const Json request = JsonObject{{"Marker", first.at("Marker")}};
  const auto restarted = Restart();
  EXPECT_EQ(Ask(*restarted->model, "ListClusters", JsonObject{}).value(), first);
  EXPECT_EQ(Ask(*restarted->model, "ListClusters", request).value(),
            Answer("ListClusters", request));
}

TEST_F(RestoreTest, NewClustersComeAfterTheOldOnes) {
  const ClusterId old = RunAndBoot(Request({}, /*keep_alive=*/true));
  Save();
  const auto restarted = Restart();
  const Json answer = Ask(*restarted->model, "RunJobFlow", Request()).value();
  EXPECT_THAT(restarted->model->LiveClusters(),
              ElementsAre(old, ClusterId(StringOr(answer, "JobFlowId"))));
}

class SlowRestoreTest : public RestartFixture {
 protected:
  static Options Slow() {
    Options options;
    options.timings = {seconds{10}, seconds{5}, seconds{3}};
    return options;
  }
  SlowRestoreTest() : RestartFixture(Slow()) {}
};

TEST_F(SlowRestoreTest, WhatWasUpOrComingUpHasLostItsPrimary) {
  const ClusterId waiting = Run(Request({}, /*keep_alive=*/true, /*protected=*/true));
  const ClusterId running = Run(Request({Step("one"), Step("two"), Step("three")}));
  clock.Advance(seconds{10});
  model.Advance();
  clock.Advance(seconds{5});
  model.Advance();
  Exit(true);
  Answer("CancelSteps", JsonObject{{"ClusterId", running.str()},
                                   {"StepIds", JsonArray{runner.started.back().step.str()}}});
  const ClusterId bootstrapping = Run(Request({Step("one")}));
  clock.Advance(seconds{10});
  model.Advance();
  const ClusterId starting = Run(Request({Step("one")}));
  EXPECT_EQ(State(waiting), "WAITING");
  EXPECT_EQ(StepStates(running), "COMPLETED,CANCEL_PENDING,PENDING");
  EXPECT_EQ(State(bootstrapping), "BOOTSTRAPPING");
  Save();

  const auto restarted = Restart();
  const auto status = [&](const ClusterId& id) {
    const Json answer =
        Ask(*restarted->model, "DescribeCluster", JsonObject{{"ClusterId", id.str()}}).value();
    const Json& told = answer.at("Cluster").at("Status");
    return StringOr(told, "State") + " " + StringOr(told.at("StateChangeReason"), "Code");
  };
  for (const ClusterId& id : {waiting, running, bootstrapping, starting}) {
    EXPECT_EQ(status(id), "TERMINATING INSTANCE_FAILURE");
  }
  EXPECT_EQ(restarted->model->NextDue(), clock.Wall() + seconds{3});
  Save(*restarted->model);
  clock.Advance(seconds{3});
  restarted->model->Advance();
  for (const ClusterId& id : {waiting, running, bootstrapping, starting}) {
    EXPECT_EQ(status(id), "TERMINATED_WITH_ERRORS INSTANCE_FAILURE");
  }
  const Json steps =
      Ask(*restarted->model, "ListSteps", JsonObject{{"ClusterId", running.str()}}).value();
  std::vector<std::string> states;
  for (const Json& step : FindArray(steps, "Steps")) {
    states.push_back(StringOr(step.at("Status"), "State"));
  }
  EXPECT_THAT(states, ElementsAre("CANCELLED", "CANCELLED", "COMPLETED"));
  EXPECT_THAT(restarted->model->LiveClusters(), IsEmpty());
  EXPECT_EQ(restarted->model->NextDue(), std::nullopt);
  EXPECT_THAT(restarted->runner.started, IsEmpty());
}

TEST_F(RestoreTest, TellsOfWhatWasLostAtTheNextCallAndNotBefore) {
  RunAndBoot(Request({Step("one")}));
  Save();
  const auto restarted = Restart();
  EXPECT_THAT(restarted->events, IsEmpty());
  restarted->model->Advance();
  std::vector<std::string> told;
  for (const Json& event : restarted->events) {
    told.push_back(StringOr(event, "detail-type") + " " + StringOr(event.at("detail"), "state"));
  }
  EXPECT_THAT(told, ElementsAre("EMR Step Status Change CANCELLED",
                                "EMR Cluster State Change TERMINATED_WITH_ERRORS"));
}

TEST_F(SlowRestoreTest, WhatWasEndingEndsAsItWouldHave) {
  const ClusterId cluster = Run(Request());
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{cluster.str()}}});
  const WallTime end = clock.Wall() + seconds{3};
  Save();
  clock.Advance(seconds{1});
  const auto restarted = Restart();
  EXPECT_EQ(restarted->model->NextDue(), end);
  clock.Advance(seconds{2});
  restarted->model->Advance();
  const Json answer =
      Ask(*restarted->model, "DescribeCluster", JsonObject{{"ClusterId", cluster.str()}}).value();
  EXPECT_EQ(StringOr(answer.at("Cluster").at("Status"), "State"), "TERMINATED");
}

TEST_F(RestoreTest, AProcessThatTheOldOneWaitedForHoldsNothingUp) {
  const ClusterId cluster = RunAndBoot(Request({Step("one")}));
  Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{cluster.str()}}});
  EXPECT_EQ(model.NextDue(), std::nullopt);
  Save();
  const auto restarted = Restart();
  restarted->model->Advance();
  EXPECT_THAT(restarted->model->LiveClusters(), IsEmpty());
}

TEST_F(RestoreTest, WhatARestoreChangesIsSavedLikeAnythingElse) {
  RunAndBoot(Request({Step("one"), Step("two")}));
  Save();
  const auto second = Restart();
  second->model->Advance();
  Save(*second->model);
  const auto third = Restart();
  EXPECT_EQ(Everything(*third->model), Everything(*second->model));
  EXPECT_THAT(third->model->TakeChanges(), IsEmpty());
}

TEST_F(RestoreTest, KeepsWhatIsSetForARegion) {
  const Json access = JsonObject{{"BlockPublicSecurityGroupRules", false},
                                 {"PermittedPublicSecurityGroupRuleRanges", JsonArray{}}};
  Answer("PutBlockPublicAccessConfiguration",
         JsonObject{{"BlockPublicAccessConfiguration", access}});
  const Json told = Answer("GetBlockPublicAccessConfiguration", JsonObject{});
  Save();
  EXPECT_EQ(store.Load("emr_account")->size(), 1U);
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
  clock.Advance(seconds{100});
  const auto restarted = Restart();
  EXPECT_THAT(restarted->model->TakeChanges(), IsEmpty());
  EXPECT_EQ(*Ask(*restarted->model, "GetBlockPublicAccessConfiguration", JsonObject{}), told);
  store.Commit({{"emr_account", std::string(kRegion), JsonObject{}}}).value();
  EXPECT_THAT(RestoreError(), HasSubstr("emr_account eu-west-1 cannot be read: "));
}

TEST_F(RestoreTest, SaysWhichDocumentCannotBeRead) {
  const ClusterId cluster = RunAndBoot(Request({Step("one"), Step("two")}));
  Save();
  const std::string first = cluster.str() + "/00000001";
  Json step = store.Load("emr_step")->front().body;
  store.Commit({{"emr_step", first, nullptr}}).value();
  EXPECT_THAT(RestoreError(), HasSubstr("emr_step " + cluster.str() +
                                        "/00000002 cannot be read: "
                                        "a step before it is not there"));
  step.as_object()["v"] = 2;
  store.Commit({{"emr_step", first, step}}).value();
  EXPECT_THAT(RestoreError(), HasSubstr("emr_step " + first + " cannot be read: it is no step"));
  Json record = store.Load("emr_cluster")->front().body;
  store.Commit({{"emr_cluster", cluster.str(), nullptr}}).value();
  store.Commit({{"emr_cluster", "j-OTHER", record}}).value();
  EXPECT_THAT(RestoreError(), HasSubstr("emr_cluster j-OTHER cannot be read: it has another id"));
  record.as_object()["state"] = 1;
  store.Commit({{"emr_cluster", "j-OTHER", record}}).value();
  EXPECT_THAT(RestoreError(), HasSubstr("emr_cluster j-OTHER cannot be read: its state"));
  record.as_object()["state"] = "\x1b[2J\n";
  store.Commit({{"emr_cluster", "j-OTHER", record}}).value();
  EXPECT_THAT(RestoreError(), HasSubstr("its state '\\x1b[2J ' is unknown"));
}

TEST_F(RestoreTest, IsForEmptyModels) {
  RunAndBoot(Request());
  EXPECT_FALSE(model.Restore(store).has_value());
}

}  // namespace
}  // namespace ecm::emr_model
