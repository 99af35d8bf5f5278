#include "cli/account/start.h"

#include <fstream>

#include "cli/testing/account_world.h"

namespace ecm::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class StartTest : public AccountWorld {
 protected:
  StartTest() { start_.state_dir = (folder.path() / "state").string(); }

  ExitCode Run(const std::string& text = kJob) {
    start_.account = options;
    const auto job = ReadReadyJob(JobFile(text), options.stage, account.region, context);
    EXPECT_TRUE(job.has_value()) << job.error().message;
    return RunStart(account, start_, *job, context);
  }
  std::size_t PendingFiles() const {
    const std::filesystem::path starts = folder.path() / "state" / "starts";
    if (!std::filesystem::exists(starts)) return 0;
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(starts),
                                                  std::filesystem::directory_iterator()));
  }
  StartOptions start_;
};

TEST_F(StartTest, PrintsTheExecutionAndHowToFollowIt) {
  options.profile = "my dev";
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  const std::string arn = streams.TakeOut();
  EXPECT_EQ(arn,
            "arn:aws:states:eu-west-1:000000000000:execution:ecm-dev:"
            "count-20260102-030405-" +
                arn.substr(arn.rfind('-') + 1));
  const std::string told = streams.TakeErr();
  EXPECT_THAT(told, HasSubstr("started count-20260102-030405-"));
  EXPECT_THAT(told, HasSubstr("emrctl watch arn:aws:states:eu-west-1:"));
  EXPECT_THAT(told, HasSubstr("--profile 'my dev'"));
  EXPECT_EQ(ExecutionCount(), 1U);
  EXPECT_EQ(PendingFiles(), 0U);
}

TEST_F(StartTest, EveryStartIsAnExecutionOfItsOwn) {
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_EQ(ExecutionCount(), 2U);
}

TEST_F(StartTest, ALostAnswerIsFoundAgainByTheSameCommand) {
  step_functions.LoseNextAnswer("StartExecution");
  EXPECT_EQ(Run(), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("the same command again finds out"));
  EXPECT_EQ(PendingFiles(), 1U);
  ASSERT_EQ(ExecutionCount(), 1U);

  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("was started by an earlier call and is RUNNING"));
  EXPECT_EQ(ExecutionCount(), 1U);
  EXPECT_EQ(PendingFiles(), 0U);
}

TEST_F(StartTest, ALostAnswerOfAJobThatIsOverIsFoundToo) {
  step_functions.LoseNextAnswer("StartExecution");
  EXPECT_EQ(Run(), ExitCode::kToolError);
  Pass(std::chrono::minutes{2});
  Pass(std::chrono::minutes{10});
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("was started by an earlier call and is SUCCEEDED"));
  EXPECT_EQ(ExecutionCount(), 1U);
}

TEST_F(StartTest, ARequestThatWasNeverSeenIsSentAgainUnderTheSameName) {
  step_functions.RefuseNext("StartExecution",
                            {ErrorKind::kUnknownOutcome, "the connection was reset", ""});
  EXPECT_EQ(Run(), ExitCode::kToolError);
  EXPECT_EQ(ExecutionCount(), 0U);
  Pass(std::chrono::hours{1});
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_THAT(streams.TakeOut(), HasSubstr("count-20260102-030405-"));
  EXPECT_EQ(ExecutionCount(), 1U);
}

TEST_F(StartTest, AnotherJobIsNotTakenForTheOneWhoseAnswerWasLost) {
  step_functions.LoseNextAnswer("StartExecution");
  EXPECT_EQ(Run(), ExitCode::kToolError);
  EXPECT_EQ(Run(std::string(kJob) + " "), ExitCode::kSuccess);
  EXPECT_EQ(ExecutionCount(), 2U);
  EXPECT_EQ(PendingFiles(), 1U);
}

TEST_F(StartTest, WhatIsSurelyRefusedLeavesNoNameBehind) {
  step_functions.RefuseNext("StartExecution", Denied());
  EXPECT_EQ(Run(), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("User: u is not authorized"));
  EXPECT_EQ(PendingFiles(), 0U);
}

TEST_F(StartTest, ATornFileStandsForACallThatWasNeverMade) {
  step_functions.LoseNextAnswer("StartExecution");
  EXPECT_EQ(Run(), ExitCode::kToolError);
  for (const auto& file : std::filesystem::directory_iterator(folder.path() / "state" / "starts")) {
    std::ofstream(file.path()) << R"({"v": 1, "na)";
  }
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_EQ(ExecutionCount(), 2U);
}

TEST_F(StartTest, NothingIsAskedWhereTheNameCannotBeKept) {
  std::ofstream(folder.path() / "state") << "a file";
  EXPECT_EQ(Run(), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("--state-dir"));
  EXPECT_EQ(step_functions.Count("StartExecution"), 0U);
}

TEST_F(StartTest, TheSameIdAndJobAreTheSameExecution) {
  start_.id = "order-7";
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  const std::string arn = streams.TakeOut();
  streams.TakeErr();
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_EQ(streams.TakeOut(), arn);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("order-7 was started by an earlier call"));
  EXPECT_EQ(ExecutionCount(), 1U);
  EXPECT_EQ(PendingFiles(), 0U);
}

TEST_F(StartTest, TheSameIdOfAnotherJobIsAConflict) {
  start_.id = "order-7";
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  streams.TakeErr();
  std::string other = kJob;
  other.replace(other.find("count"), 5, "other");
  EXPECT_EQ(Run(other), ExitCode::kInvalid);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("the name order-7 stands for another job"));
}

TEST_F(StartTest, WhoMayStartAndNotLookStillStarts) {
  start_.id = "order-7";
  step_functions.RefuseNext("DescribeExecution", Denied());
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_EQ(ExecutionCount(), 1U);
}

TEST_F(StartTest, AnIdMustFitIntoTheClustersName) {
  for (const char* id : {"two words", "a--b", "-a", "a$b"}) {
    start_.id = id;
    EXPECT_EQ(Run(), ExitCode::kInvalid) << id;
  }
  start_.id = std::string(81, 'x');
  EXPECT_EQ(Run(), ExitCode::kInvalid);
  EXPECT_TRUE(step_functions.calls.empty());
}

TEST_F(StartTest, SaysHowToDeployWhatIsNotThere) {
  options.stage = "prod";
  EXPECT_EQ(Run(), ExitCode::kToolError);
  const std::string told = streams.TakeErr();
  EXPECT_THAT(told, HasSubstr("there is no state machine ecm-prod in eu-west-1"));
  EXPECT_THAT(told, HasSubstr("make ENV=prod deploy"));
  EXPECT_THAT(told, HasSubstr("there are: ecm-dev"));
}

TEST_F(StartTest, AStateMachineCanBeNamedByItsArn) {
  options.stage = "prod";
  options.state_machine = kMachine;
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_EQ(step_functions.Count("ListStateMachines"), 0U);
  options.state_machine = "ecm-dev";
  EXPECT_EQ(Run(), ExitCode::kSuccess);
}

TEST_F(StartTest, SaysWhatToDoWithoutThePermissionToListStateMachines) {
  step_functions.RefuseNext("ListStateMachines", Denied());
  EXPECT_EQ(Run(), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("not needed with --state-machine ARN"));
}

TEST_F(StartTest, ExpiredCredentialsAndThrottlingHaveTheirExitCodes) {
  step_functions.RefuseNext("ListStateMachines", Expired());
  EXPECT_EQ(Run(), ExitCode::kAccessDenied);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("security token included in the request is expired"));
  step_functions.RefuseNext("StartExecution", Throttled());
  EXPECT_EQ(Run(), ExitCode::kToolError);
  EXPECT_THAT(streams.TakeErr(), HasSubstr("emrctl: Rate exceeded\n"));
}

TEST_F(StartTest, PrintsOneDocumentForScripts) {
  start_.json = true;
  start_.id = "order-7";
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  const auto told = ParseJson(streams.TakeOut());
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(StringOr(*told, "name"), "order-7");
  EXPECT_EQ(FindBool(*told, "started_before"), false);
}

TEST_F(StartTest, AJobThatIsWrongIsNotStarted) {
  const auto job = ReadReadyJob(JobFile(R"({"job_name": "x"})"), "dev", account.region, context);
  EXPECT_FALSE(job.has_value());
  EXPECT_THAT(streams.TakeErr(), HasSubstr("code_entrypoint"));
  const auto elsewhere = ReadReadyJob(
      JobFile(
          R"({"job_name": "x", "release": "emr-7.5.0", "code_entrypoint": "s3://code-bucket/x.py",
                  "region": "us-east-1"})"),
      "dev", account.region, context);
  EXPECT_THAT(elsewhere.error().message, HasSubstr("the job asks for us-east-1"));
  const auto missing = ReadReadyJob("/no/such/job.json", "dev", account.region, context);
  EXPECT_THAT(missing.error().message, HasSubstr("cannot open"));
}

}  // namespace
}  // namespace ecm::cli
