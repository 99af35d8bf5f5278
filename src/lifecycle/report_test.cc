#include <gtest/gtest.h>

#include "lifecycle/outcome.h"
#include "lifecycle/testing/lifecycle_world.h"

namespace ecm::lifecycle {
namespace {

Json Ended(LifecycleWorld& world, bool succeeded) {
  const Json running = world.Running();
  world.EndStep(succeeded);
  return Release(Inspect(running, world.ports).value(), world.ports).value();
}

TEST(ReportTest, ASuccessIsAnOutcomeWithoutACause) {
  LifecycleWorld world;
  const Json document = Report(Ended(world, true), world.ports).value();
  const Json& outcome = *Find(document, "outcome");
  EXPECT_EQ(StringOr(outcome, "verdict"), "Succeeded");
  EXPECT_EQ(StringOr(outcome, "cluster_id"), world.Only().str());
  EXPECT_EQ(StringOr(outcome, "region"), "eu-west-1");
  EXPECT_TRUE(Find(outcome, "cause")->is_null());
  EXPECT_EQ(world.Record().outcome, outcome);
  EXPECT_TRUE(StringOr(*Find(document, "notice"), "subject").ends_with("run-1"));
  EXPECT_TRUE(world.Record().released);
}

TEST(ReportTest, AFailureNamesWhatTheLogsSay) {
  LifecycleWorld world;
  const Json ended = Ended(world, false);
  const std::string folder = (world.Record().log_uri + world.Only().str() + "/steps/" +
                              world.runner.launches.at(0).step.str())
                                 .substr(std::string("s3://").size());
  world.objects.objects[folder + "/stderr.gz"] =
      "Exception in thread \"main\" SparkUserAppException: User application exited with 1\n";
  world.objects.objects[folder + "/stdout.gz"] =
      "Traceback (most recent call last):\n  File\nValueError: password=hunter2 is bad\n";
  const Json document = Report(ended, world.ports).value();
  const Json& outcome = *Find(document, "outcome");
  EXPECT_EQ(StringOr(outcome, "verdict"), "JobFailed");
  EXPECT_EQ(StringOr(*Find(outcome, "cause"), "log"), "ValueError: password=[redacted] is bad");
  EXPECT_EQ(StringOr(*Find(document, "failure"), "error"), "JobFailed");
  EXPECT_EQ(ParseJson(StringOr(*Find(document, "failure"), "cause")).value(), outcome);
}

TEST(ReportTest, LogsThatCannotBeReadAreNoReasonToBeSilent) {
  LifecycleWorld world;
  const Json document = Report(Ended(world, false), world.ports).value();
  EXPECT_TRUE(Find(*Find(document, "outcome"), {"cause", "log"})->is_null());
}

TEST(ReportTest, ALogBucketThatIsNotThereIsWhatToDoNext) {
  LifecycleWorld world;
  world.objects.error = Error{ErrorKind::kNotFound, "no such bucket: logs", "NoSuchBucket"};
  const Json document = Report(Ended(world, false), world.ports).value();
  const std::string next = StringOr(*Find(*Find(document, "outcome"), "cause"), "next");
  EXPECT_NE(next.find("their bucket logs does not exist"), std::string::npos) << next;
}

TEST(ReportTest, ALostPrimaryIsNoReasonToCorrectTheJob) {
  LifecycleWorld world;
  const Json running = world.Running();
  world.model.LosePrimary(world.Only());
  world.model.OnStepExit(world.Only(), world.runner.launches.at(0).step, {});
  world.model.Advance();
  const Json released = Release(Inspect(running, world.ports).value(), world.ports).value();
  const Json document = Report(released, world.ports).value();
  const Json& cause = *Find(*Find(document, "outcome"), "cause");
  EXPECT_EQ(StringOr(cause, "kind"), "JobFailed");
  EXPECT_NE(StringOr(cause, "next").find("no fault of the job"), std::string::npos);
}

TEST(ReportTest, ASecondCallSaysTheSame) {
  LifecycleWorld world;
  const Json ended = Ended(world, false);
  const Json first = Report(ended, world.ports).value();
  world.clock.Advance(std::chrono::hours{1});
  EXPECT_EQ(Report(ended, world.ports).value(), first);
}

TEST(ReportTest, AnInvalidJobHasAnOutcomeToo) {
  LifecycleWorld world;
  Json document = world.FirstDocument();
  document.as_object()["error"] =
      JsonObject{{"Error", "InvalidJob"},
                 {"Cause", R"({"errorType":"InvalidJob","errorMessage":"/release: missing"})"}};
  document = Report(Release(document, world.ports).value(), world.ports).value();
  const Json& outcome = *Find(document, "outcome");
  EXPECT_EQ(StringOr(outcome, "verdict"), "InvalidJob");
  EXPECT_EQ(StringOr(*Find(outcome, "cause"), "message"), "/release: missing");
  EXPECT_TRUE(Find(outcome, "cluster_id")->is_null());
  EXPECT_TRUE(world.Record().outcome.has_value());
}

TEST(ReportTest, AClusterThatNobodySawGoIsTheVerdict) {
  LifecycleWorld world;
  Json document = Ended(world, true);
  document.as_object()["release_error"] =
      JsonObject{{"Error", "AccessDenied"}, {"Cause", R"({"errorMessage":"not authorized"})"}};
  const Json outcome = *Find(Report(document, world.ports).value(), "outcome");
  EXPECT_EQ(StringOr(outcome, "verdict"), "CleanupUnverified");
  EXPECT_EQ(StringOr(*Find(outcome, "cause"), "kind"), "Succeeded");
  EXPECT_NE(StringOr(*Find(outcome, "cause"), "cleanup").find("not authorized"), std::string::npos);
}

TEST(ReportTest, RemembersThatPeopleWereTold) {
  LifecycleWorld world;
  Json document = Report(Ended(world, false), world.ports).value();
  EXPECT_FALSE(world.Record().notified);
  document.as_object()["published"] = JsonObject{{"MessageId", "m"}};
  Report(document, world.ports).value();
  EXPECT_TRUE(world.Record().notified);
}

TEST(ReportTest, TheNoticeFitsATopicWhateverTheJobSays) {
  const Json outcome = JsonObject{
      {"verdict", "JobFailed"},
      {"cause", JsonObject{{"message", std::string(9000, 'x')}, {"next", "Correct it."}}}};
  const Json notice = MakeNotice(outcome, "dev", "Zürich\n" + std::string(300, 'y'));
  const std::string subject = StringOr(notice, "subject");
  EXPECT_EQ(subject.size(), 100U);
  for (const char character : subject) {
    EXPECT_TRUE(character >= 0x20 && character <= 0x7E) << subject;
  }
  EXPECT_LE(StringOr(notice, "message").size(), kMaxOutcomeBytes);
}

TEST(ReportTest, TheOutcomeStaysSmall) {
  LifecycleWorld world;
  Json document = Ended(world, false);
  JsonArray steps;
  for (int i = 0; i < 200; ++i) {
    steps.push_back(JsonObject{{"name", "step"}, {"id", "s"}, {"state", "COMPLETED"}});
  }
  document.at("inspection").as_object()["steps"] = steps;
  document.at("inspection").as_object()["message"] = std::string(100000, 'm');
  const Json outcome = *Find(Report(document, world.ports).value(), "outcome");
  EXPECT_LE(ToText(outcome).size(), kMaxOutcomeBytes);
}

}  // namespace
}  // namespace ecm::lifecycle
