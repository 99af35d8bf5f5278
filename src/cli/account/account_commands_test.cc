#include "cli/account/account_commands.h"

#include <CLI/CLI.hpp>

#include "cli/testing/account_world.h"

namespace ecm::cli {
namespace {

using testing::HasSubstr;

class AccountCommandsTest : public AccountWorld {
 protected:
  AccountCommandsTest() { AddAccountCommands(app_, commands_); }

  /// What the parser says, "" where it took the arguments.
  std::string Parse(std::vector<std::string> arguments) {
    std::ranges::reverse(arguments);
    try {
      app_.parse(arguments);
    } catch (const CLI::CallForHelp&) {
      return app_.help("", CLI::AppFormatMode::All);
    } catch (const CLI::ParseError& error) {
      return error.what();
    }
    return "";
  }
  std::optional<ExitCode> Run() { return RunAccountCommand(app_, commands_, Opener(), context); }
  OpenAccount Opener() {
    return [this](const AccountOptions& asked, const Region& region,
                  Context&) -> Result<std::unique_ptr<OpenedAccount>> {
      asked_ = asked;
      asked_region_ = region;
      if (refusal_) return Fail(*refusal_);
      return std::make_unique<ThisWorld>(account, jobs());
    };
  }

  struct ThisWorld : OpenedAccount {
    ThisWorld(const Account& its_account, JobStore& its_jobs)
        : here(its_account), store(its_jobs) {}
    const Account& account() const override { return here; }
    JobStore& Jobs(const std::string& table, const std::string& stage) override {
      EXPECT_EQ(table, "ecm-dev-jobs");
      EXPECT_EQ(stage, "dev");
      return store;
    }
    const Account& here;
    JobStore& store;
  };
  CLI::App app_{"emrctl"};
  AccountCommands commands_;
  AccountOptions asked_;
  Region asked_region_;
  std::optional<Error> refusal_;
};

TEST_F(AccountCommandsTest, TheOptionsOfAnAccountReachWhoOpensIt) {
  EXPECT_EQ(Parse({"list", "--region", "us-gov-west-1", "--profile", "p", "--endpoint-url",
                   "http://127.0.0.1:1", "--stage", "prod", "--state-machine", "m"}),
            "");
  EXPECT_EQ(Run(), ExitCode::kToolError);  // there is no such machine
  EXPECT_EQ(asked_.region, "us-gov-west-1");
  EXPECT_EQ(asked_.profile, "p");
  EXPECT_EQ(asked_.endpoint_url, "http://127.0.0.1:1");
  EXPECT_EQ(asked_.stage, "prod");
  EXPECT_EQ(asked_.state_machine, "m");
}

TEST_F(AccountCommandsTest, EveryCommandIsRun) {
  const std::string state = (folder.path() / "state").string();
  const std::string job = JobFile();
  EXPECT_EQ(Parse({"start", job, "--id", "run", "--state-dir", state}), "");
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{"status", "run"},
                                             {"list"},
                                             {"terminate", "run"},
                                             {"stop", "run", "--wait"},
                                             {"sweep", "--dry-run"}}) {
    app_.clear();
    EXPECT_EQ(Parse(arguments), "") << arguments.front();
    EXPECT_EQ(Run(), ExitCode::kSuccess) << arguments.front() << ": " << streams.TakeErr();
  }
  app_.clear();
  EXPECT_EQ(Parse({"logs", "run", "--stream", "stdout", "--tail", "3"}), "");
  EXPECT_EQ(Run(), ExitCode::kToolError);
  app_.clear();
  EXPECT_EQ(Parse({"watch", "run"}), "");
  EXPECT_EQ(Run(), ExitCode::kCancelled);
}

TEST_F(AccountCommandsTest, AJobsRegionIsUsedWhereNobodyNamesOne) {
  const std::string job = JobFile(
      R"({"job_name": "x", "release": "emr-7.5.0", "code_entrypoint": "s3://code-bucket/x.py",
          "region": "eu-west-1"})");
  EXPECT_EQ(Parse({"start", job, "--state-dir", (folder.path() / "state").string()}), "");
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_EQ(asked_region_.str(), "eu-west-1");
}

TEST_F(AccountCommandsTest, AnArnBringsItsRegion) {
  StartNamed("run");
  EXPECT_EQ(Parse({"status", ExecutionNamed("run").str()}), "");
  EXPECT_EQ(Run(), ExitCode::kSuccess);
  EXPECT_EQ(asked_region_.str(), "eu-west-1");
}

TEST_F(AccountCommandsTest, AnInvalidJobReachesNobody) {
  EXPECT_EQ(Parse({"start", JobFile("{}")}), "");
  EXPECT_EQ(Run(), ExitCode::kInvalid);
  EXPECT_TRUE(step_functions.calls.empty());
}

TEST_F(AccountCommandsTest, AnAccountThatCannotBeOpenedEndsTheCommand) {
  refusal_ = Error{ErrorKind::kAccessDenied, "no credentials: environment: not set", ""};
  EXPECT_EQ(Parse({"status", "run"}), "");
  EXPECT_EQ(Run(), ExitCode::kAccessDenied);
  EXPECT_EQ(streams.TakeErr(), "emrctl: no credentials: environment: not set\n");
  StartOptions start;
  start.file = JobFile();
  EXPECT_EQ(RunStartAndWatch(start, Opener(), context), ExitCode::kAccessDenied);
}

TEST_F(AccountCommandsTest, RunIsStartAndWatch) {
  StartOptions start;
  start.file = JobFile();
  start.id = "run";
  start.json = true;
  EXPECT_EQ(RunStartAndWatch(start, Opener(), context), ExitCode::kSuccess);
  EXPECT_EQ(StringOr(*ParseJson(streams.TakeOut()), "verdict"), "Succeeded");
  EXPECT_THAT(streams.TakeErr(), HasSubstr("emrctl: started run\n"));
}

TEST_F(AccountCommandsTest, WrongOptionsAreRefusedByName) {
  EXPECT_THAT(Parse({"list", "--state", "done"}), HasSubstr("--state"));
  EXPECT_THAT(Parse({"list", "--limit", "0"}), HasSubstr("--limit"));
  EXPECT_THAT(Parse({"logs", "run", "--stream", "syslog"}), HasSubstr("--stream"));
  EXPECT_THAT(Parse({"status"}), HasSubstr("id is required"));
  EXPECT_THAT(Parse({"sweep"}), HasSubstr("--dry-run is required"));
  EXPECT_THAT(Parse({"status", "run", "--region", "Mars"}), HasSubstr("'Mars' is not a region"));
  EXPECT_THAT(Parse({"status", "run", "--stage", "Dev"}), HasSubstr("'Dev' is not"));
}

TEST_F(AccountCommandsTest, HelpShowsExamples) {
  for (const char* command :
       {"start", "status", "watch", "list", "logs", "stop", "terminate", "sweep"}) {
    EXPECT_THAT(app_.get_subcommand(command)->help(),
                HasSubstr(std::string("\n  emrctl ") + command + " "));
  }
}

TEST_F(AccountCommandsTest, OtherCommandsAreNoneOfThese) {
  app_.add_subcommand("validate", "");
  EXPECT_EQ(Parse({"validate"}), "");
  EXPECT_EQ(Run(), std::nullopt);
}

}  // namespace
}  // namespace ecm::cli
