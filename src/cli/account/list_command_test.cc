#include "cli/account/list_command.h"

#include "cli/testing/account_world.h"

namespace ecm::cli {
namespace {

using std::chrono::minutes;
using testing::HasSubstr;
using testing::Not;

class ListTest : public AccountWorld {
 protected:
  ExitCode List() {
    list_.account = options;
    return RunList(account, list_, context);
  }
  ListOptions list_;
};

TEST_F(ListTest, ShowsTheNewestFirstWithTheirClusters) {
  StartNamed("first");
  Pass(minutes{2});
  Pass(minutes{10});
  StartNamed("second");
  Pass(minutes{1});
  EXPECT_EQ(List(), ExitCode::kSuccess);
  const std::string told = streams.TakeOut();
  EXPECT_THAT(told, testing::MatchesRegex(
                        "NAME +STATE +STARTED \\(UTC\\) +DURATION +CLUSTER\n"
                        "second +RUNNING +2026-01-02 03:16:05 +1 min 00 s +j-.* BOOTSTRAPPING\n"
                        "first +SUCCEEDED +2026-01-02 03:04:05 +[0-9]+ min.* +j-.* TERMINAT.*\n"));
}

TEST_F(ListTest, TakesOnlyWhatWasAskedFor) {
  StartNamed("first");
  Pass(minutes{2});
  Pass(minutes{10});
  StartNamed("second");
  list_.state = "succeeded";
  list_.json = true;
  EXPECT_EQ(List(), ExitCode::kSuccess);
  const auto told = ParseJson(streams.TakeOut());
  ASSERT_EQ(told->as_array().size(), 1U);
  EXPECT_EQ(StringOr(told->as_array().at(0), "name"), "first");
  EXPECT_THAT(StringOr(told->as_array().at(0), "cluster_id"), HasSubstr("j-"));
  list_.state.clear();
  list_.limit = 1;
  EXPECT_EQ(List(), ExitCode::kSuccess);
  EXPECT_EQ(StringOr(ParseJson(streams.TakeOut())->as_array().at(0), "name"), "second");
}

TEST_F(ListTest, AnEmptyListIsASuccess) {
  list_.state = "timed-out";
  EXPECT_EQ(List(), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeErr(), "no executions of ecm-dev are timed-out\n");
  EXPECT_EQ(emr.calls.size(), 0U);
  list_.json = true;
  EXPECT_EQ(List(), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), "[]\n");
}

TEST_F(ListTest, WithoutEmrThereAreStillTheExecutions) {
  StartNamed("first");
  emr.RefuseNext("ListClusters", Denied());
  EXPECT_EQ(List(), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("first"));
  EXPECT_THAT(streams.TakeErr(), HasSubstr("the clusters are not known"));
}

TEST_F(ListTest, WhatStepFunctionsRefusesEndsIt) {
  step_functions.RefuseNext("ListExecutions", Expired());
  EXPECT_EQ(List(), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("emrctl: The security token"));
}

}  // namespace
}  // namespace ecm::cli
