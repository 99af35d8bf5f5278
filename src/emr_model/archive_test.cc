#include "emr_model/archive.h"

#include <gmock/gmock.h>

#include "emr_model/testing/restart_fixture.h"

// Clusters that have ended: in memory an outline is left, the store has the rest.

namespace ecm::emr_model {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class ArchiveTest : public RestartFixture {
 protected:
  explicit ArchiveTest(Options given = {}) : RestartFixture(std::move(given)) {}

  ClusterId RunToItsEnd(JsonArray steps = {}) {
    const std::size_t count = steps.size();
    const ClusterId cluster = RunAndBoot(Request(std::move(steps)));
    for (std::size_t i = 0; i < count; ++i) Exit(i != 1);  // the second step fails
    model.Advance();
    return cluster;
  }
  /// What is stored has left memory when the turn after it is stored.
  void SaveAndLeave() {
    Save();
    Save();
  }
  std::vector<std::string> Stored(std::string_view kind) { return store.Ids(kind).value(); }
  /// The answer, or "code: message".
  std::string Told(EmrModel& asked, std::string_view operation, const Json& request) {
    const Result<Json> answer = Ask(asked, operation, request);
    return answer.has_value() ? ToText(*answer)
                              : answer.error().code + ": " + answer.error().message;
  }
};

TEST_F(ArchiveTest, AClusterLeavesMemoryOnceItsEndIsStored) {
  RunAndBoot(Request({}, /*keep_alive=*/true));
  for (int i = 0; i < 5; ++i) RunToItsEnd({Step("one")});
  EXPECT_EQ(model.ClustersInMemory(), 6U);
  const std::vector<Document> taken = model.TakeChanges();
  EXPECT_EQ(model.ClustersInMemory(), 6U);  // until it is known that they are stored
  ASSERT_TRUE(store.Commit(taken).has_value());
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
  EXPECT_EQ(model.ClustersInMemory(), 1U);
  EXPECT_THAT(model.LiveClusters(), SizeIs(1));
}

class KeepingTest : public ModelFixture {
 protected:
  static Options Keeping() {
    Options options;
    options.keep_changes = true;
    return options;
  }
  KeepingTest() : ModelFixture(Keeping()) {}
};

TEST_F(KeepingTest, WithoutAStoreEverythingStaysInMemory) {
  for (int i = 0; i < 3; ++i) RunAndBoot(Request());
  model.Advance();
  EXPECT_FALSE(model.TakeChanges().empty());
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
  EXPECT_EQ(model.ClustersInMemory(), 3U);

  MemoryDocumentStore store;
  RunAndBoot(Request());
  ASSERT_TRUE(store.Commit(model.TakeChanges()).has_value());
  RecordingRunner nobody;
  EmrModel second(Keeping(), clock, random, nobody, {});
  ASSERT_TRUE(second.Restore(store).has_value());
  EXPECT_EQ(second.ClustersInMemory(), 1U);
}

TEST_F(ArchiveTest, EveryReadingOperationAnswersAsBefore) {
  JsonObject request = Request({Step("one", "CONTINUE"), Step("two", "CONTINUE")});
  request["Tags"] = JsonArray{JsonObject{{"Key", "team"}, {"Value", "data"}}};
  RunAndBoot(request);
  clock.Advance(std::chrono::seconds{5});
  Exit(true);
  Exit(false);
  const ClusterId lost = RunAndBoot(Request({Step("one")}, /*keep_alive=*/true));
  model.LosePrimary(lost);
  Exit(false);
  RunToItsEnd();
  RunAndBoot(Request({Step("runs")}));
  model.Advance();
  const auto before = Everything(model);
  SaveAndLeave();
  EXPECT_EQ(model.ClustersInMemory(), 1U);
  EXPECT_EQ(Everything(model), before);
  EXPECT_EQ(Everything(model), before);  // now they are in memory again
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
}

class ArchivedBootstrapTest : public ArchiveTest {
 protected:
  static Options Bootstrapping() {
    Options options;
    options.run_bootstrap_actions = true;
    return options;
  }
  ArchivedBootstrapTest() : ArchiveTest(Bootstrapping()) {}
};

TEST_F(ArchivedBootstrapTest, TheListStillTellsWhatWentWrong) {
  JsonObject request = Request();
  request["BootstrapActions"] =
      ParseJson(R"([{"Name": "b", "ScriptBootstrapAction": {"Path": "s3://b/boot.sh"}}])").value();
  const ClusterId cluster = RunAndBoot(request);
  model.OnBootstrapExit(cluster, {1, 3, ""});
  model.Advance();
  const Json before = Answer("ListClusters", JsonObject{});
  EXPECT_THAT(ToText(before), AllOf(HasSubstr("BOOTSTRAP_FAILURE"), HasSubstr("ErrorDetails")));
  SaveAndLeave();
  EXPECT_EQ(Answer("ListClusters", JsonObject{}), before);
  EXPECT_EQ(Ask(*Restart()->model, "ListClusters", JsonObject{}).value(), before);
}

TEST_F(ArchiveTest, WhatWritesIsRefusedAsBefore) {
  const std::string id = RunToItsEnd({Step("one")}).str();
  const Json jobs = JsonObject{{"JobFlowIds", JsonArray{id}}};
  const auto with = [&](std::string_view member, const Json& value) {
    JsonObject request = jobs.get_object();
    request[member] = value;
    return Json(request);
  };
  const std::vector<std::pair<std::string, Json>> writes = {
      {"TerminateJobFlows", jobs},
      {"SetTerminationProtection", with("TerminationProtected", true)},
      {"SetKeepJobFlowAliveWhenNoSteps", with("KeepJobFlowAliveWhenNoSteps", true)},
      {"SetUnhealthyNodeReplacement", with("UnhealthyNodeReplacement", true)},
      {"SetVisibleToAllUsers", with("VisibleToAllUsers", true)},
      {"ModifyCluster", JsonObject{{"ClusterId", id}, {"StepConcurrencyLevel", 2}}},
      {"AddJobFlowSteps", JsonObject{{"JobFlowId", id}, {"Steps", JsonArray{Step("late")}}}},
      {"CancelSteps",
       JsonObject{{"ClusterId", id}, {"StepIds", JsonArray{runner.started.back().step.str()}}}},
      {"AddTags", JsonObject{{"ResourceId", id},
                             {"Tags", JsonArray{JsonObject{{"Key", "k"}, {"Value", "v"}}}}}},
      {"RemoveTags", JsonObject{{"ResourceId", id}, {"TagKeys", JsonArray{"k"}}}},
      {"PutAutoTerminationPolicy", JsonObject{{"ClusterId", id}}},
      {"RemoveManagedScalingPolicy", JsonObject{{"ClusterId", id}}},
      {"AddInstanceGroups",
       ParseJson(R"({"JobFlowId": ")" + id + R"(", "InstanceGroups": [{"InstanceRole": "TASK",
                  "InstanceType": "m5.xlarge", "InstanceCount": 1}]})")
           .value()},
  };
  std::vector<std::string> before;
  for (const auto& [operation, request] : writes) before.push_back(Told(model, operation, request));
  SaveAndLeave();
  EXPECT_EQ(model.ClustersInMemory(), 0U);
  const auto everything = Everything(model);
  for (std::size_t i = 0; i < writes.size(); ++i) {
    EXPECT_EQ(Told(model, writes[i].first, writes[i].second), before[i]) << writes[i].first;
  }
  EXPECT_EQ(Everything(model), everything);
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
}

TEST_F(ArchiveTest, WhatComesTooLateIsIgnored) {
  const ClusterId cluster = RunToItsEnd({Step("one")});
  SaveAndLeave();
  const auto before = Everything(model);
  Exit(false);
  model.OnStepWaits(cluster, runner.started.back().step, "a place");
  model.OnBootstrapExit(cluster, {1, 3, ""});
  model.LosePrimary(cluster);
  model.FailProvisioning(cluster, "INTERNAL_ERROR", "no");
  model.Advance();
  EXPECT_EQ(Everything(model), before);
  EXPECT_THAT(model.TakeChanges(), IsEmpty());
}

TEST_F(ArchiveTest, KeepsOnlyTheLastThatWereAskedFor) {
  constexpr std::size_t kClusters = 600;
  constexpr std::size_t kMost = 513;  // a call keeps what it finds
  std::vector<ClusterId> clusters;
  for (std::size_t i = 0; i < kClusters; ++i) clusters.push_back(RunToItsEnd());
  SaveAndLeave();
  for (const ClusterId& cluster : clusters) EXPECT_EQ(State(cluster), "TERMINATED");
  EXPECT_LE(model.ClustersInMemory(), kMost);
  EXPECT_GT(model.ClustersInMemory(), 1U);

  // The last is in memory, the first is not.
  ASSERT_TRUE(store
                  .Commit({{"emr_cluster", clusters.front().str(), nullptr},
                           {"emr_cluster", clusters.back().str(), nullptr}})
                  .has_value());
  EXPECT_EQ(State(clusters.back()), "TERMINATED");
  EXPECT_THAT(Refusal("DescribeCluster", JsonObject{{"ClusterId", clusters.front().str()}}),
              HasSubstr("emr_cluster " + clusters.front().str() + " is not in the store"));
}

TEST_F(ArchiveTest, FindsTenClustersForOneRequest) {
  JsonArray ids;
  for (int i = 0; i < 10; ++i) {
    JsonArray steps;
    for (int step = 0; step < 100; ++step) steps.push_back(Step("one"));
    const ClusterId cluster = RunAndBoot(Request(std::move(steps)));
    Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{cluster.str()}}});
    Exit(false);
    model.Advance();
    ids.emplace_back(cluster.str());
  }
  SaveAndLeave();
  EXPECT_EQ(model.ClustersInMemory(), 0U);
  EXPECT_EQ(Answer("TerminateJobFlows", JsonObject{{"JobFlowIds", ids}}), Json(JsonObject{}));
  EXPECT_EQ(model.ClustersInMemory(), 10U);
  Answer("ListClusters", JsonObject{});
  EXPECT_EQ(model.ClustersInMemory(), 5U);
}

TEST_F(ArchiveTest, IsOfOneRegion) {
  const ClusterId cluster = RunToItsEnd();
  SaveAndLeave();
  const Result<Json> elsewhere = model.Call(Region("eu-central-1"), "DescribeCluster",
                                            JsonObject{{"ClusterId", cluster.str()}});
  ASSERT_FALSE(elsewhere.has_value());
  EXPECT_THAT(elsewhere.error().message, HasSubstr("is not valid"));
  EXPECT_THAT(model.Regions(), SizeIs(1));
}

TEST_F(ArchiveTest, WhatCouldNotBeStoredIsTakenAgain) {
  RunToItsEnd({Step("one"), Step("two")});
  const std::vector<Document> taken = model.TakeChanges();
  EXPECT_THAT(taken, SizeIs(4));  // the cluster, its line, two steps
  model.PutBackChanges();
  EXPECT_EQ(model.TakeChanges(), taken);
  model.PutBackChanges();
  const ClusterId next = RunAndBoot(Request({}, /*keep_alive=*/true));
  EXPECT_EQ(model.ClustersInMemory(), 2U);
  Save();
  EXPECT_EQ(Stored("emr_cluster").size(), 2U);
  EXPECT_EQ(Stored("emr_step").size(), 2U);
  Save();
  EXPECT_EQ(model.LiveClusters(), std::vector<ClusterId>{next});
  EXPECT_EQ(model.ClustersInMemory(), 1U);
}

TEST_F(ArchiveTest, WhatARegionHasSetIsTakenAgainToo) {
  Answer("PutBlockPublicAccessConfiguration",
         JsonObject{{"BlockPublicAccessConfiguration",
                     JsonObject{{"BlockPublicSecurityGroupRules", false}}}});
  const std::vector<Document> taken = model.TakeChanges();
  EXPECT_THAT(taken, SizeIs(1));
  model.PutBackChanges();
  EXPECT_EQ(model.TakeChanges(), taken);
}

TEST_F(ArchiveTest, ANewProcessHoldsTheLivingAlone) {
  for (int i = 0; i < 120; ++i) {
    RunToItsEnd();
    clock.Advance(std::chrono::seconds{1});
  }
  const ClusterId waits = RunAndBoot(Request({}, /*keep_alive=*/true));
  Save();
  const auto restarted = Restart();
  EXPECT_EQ(restarted->model->ClustersInMemory(), 1U);
  Save(*restarted->model);
  restarted->model->Advance();
  Save(*restarted->model);
  Save(*restarted->model);
  EXPECT_EQ(restarted->model->ClustersInMemory(), 0U);
  EXPECT_EQ(Stored("emr_ended").size(), 121U);
  model.LosePrimary(waits);
  model.Advance();
  EXPECT_EQ(Everything(*restarted->model), Everything(model));
}

TEST_F(ArchiveTest, AStoreWithoutAnIndexGetsOne) {
  for (int i = 0; i < 3; ++i) RunToItsEnd({Step("one")});
  SaveAndLeave();
  const auto before = Everything(model);
  const std::vector<Document> lines = store.Load("emr_ended").value();
  const auto make_lines = [&](const Json& body) {
    for (const Document& line : lines) {
      ASSERT_TRUE(store.Commit({{line.kind, line.id, body}}).has_value());
    }
  };
  // None, as an older program leaves it; those of a newer one; what is no line.
  for (const Json& body : {Json(), Json(JsonArray{2, "j-1"}), Json("x")}) {
    make_lines(body);
    const auto restarted = Restart();
    EXPECT_EQ(restarted->model->ClustersInMemory(), 0U);
    EXPECT_EQ(Everything(*restarted->model), before);
    Save(*restarted->model);
    EXPECT_EQ(store.Load("emr_ended").value(), lines);
  }
}

TEST_F(ArchiveTest, LinesOfClustersThatAreGoneGo) {
  const ClusterId gone = RunToItsEnd();
  const ClusterId kept = RunToItsEnd();
  SaveAndLeave();
  store.Commit({{"emr_cluster", gone.str(), nullptr}}).value();
  const auto restarted = Restart();
  EXPECT_THAT(ToText(Ask(*restarted->model, "ListClusters", JsonObject{}).value()),
              AllOf(HasSubstr(kept.str()), Not(HasSubstr(gone.str()))));
  Save(*restarted->model);
  EXPECT_THAT(Stored("emr_ended"), SizeIs(1));
}

TEST_F(ArchiveTest, SaysWhichDocumentIsDamaged) {
  const ClusterId cluster = RunToItsEnd({Step("one"), Step("two")});
  SaveAndLeave();
  store.Commit({{"emr_step", cluster.str() + "/00000001", nullptr}}).value();
  EXPECT_THAT(Refusal("ListSteps", JsonObject{{"ClusterId", cluster.str()}}),
              HasSubstr("emr_step " + cluster.str() + "/00000002 cannot be read"));
  EXPECT_THAT(Refusal("TerminateJobFlows", JsonObject{{"JobFlowIds", JsonArray{cluster.str()}}}),
              HasSubstr("cannot be read"));
  EXPECT_THAT(ToText(Answer("ListClusters", JsonObject{})), HasSubstr(cluster.str()));
}

TEST_F(ArchiveTest, IsForgottenTwoMonthsAfterItsEnd) {
  const ClusterId asked_for = RunToItsEnd({Step("one"), Step("two")});
  SaveAndLeave();
  State(asked_for);
  clock.Advance(std::chrono::days{62});
  EXPECT_THAT(Refusal("DescribeCluster", JsonObject{{"ClusterId", asked_for.str()}}),
              HasSubstr("is not valid"));
  EXPECT_EQ(model.ClustersInMemory(), 0U);
  Save();
  for (const char* kind : {"emr_cluster", "emr_step", "emr_ended"}) {
    EXPECT_THAT(Stored(kind), IsEmpty()) << kind;
  }
}

TEST_F(ArchiveTest, MayBeForgottenBeforeItsEndIsTaken) {
  RunToItsEnd();
  clock.Advance(std::chrono::days{62});
  Answer("ListClusters", JsonObject{});
  SaveAndLeave();
  EXPECT_THAT(Stored("emr_cluster"), IsEmpty());
  EXPECT_EQ(model.ClustersInMemory(), 0U);
}

}  // namespace
}  // namespace ecm::emr_model
