#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "env/real/real_env.h"
#include "lifecycle/outcome.h"
#include "lifecycle/testing/machine_run.h"

// Each file of tests/golden/outcome tells one execution: the job, what the real handlers answered,
// and how the shipped machine ended. The Python tests check the outcomes against the published
// schema and play the answers to another engine of the language. After a change that is meant,
// write them again with
//   ECM_REGENERATE_GOLDEN=1 ecm_lifecycle_test --gtest_filter='OutcomeGoldenTest.*'
// and read the difference.

namespace ecm::lifecycle {
namespace {

class OutcomeGoldenTest : public testing::Test {
 protected:
  static Json Job() {
    return ParseJson(R"({"job_name": "word-count", "release": "emr-7.5.0",
                         "code_entrypoint": "s3://code/word_count.py"})")
        .value();
  }

  /// The step runs for a while and ends; its cluster goes with it.
  bool EndTheJob(bool succeeded) {
    world_.Settle();
    world_.clock.Advance(std::chrono::seconds{90});
    world_.EndStep(succeeded);
    return true;
  }

  /// As EMR leaves them where a Python driver raises.
  void WriteLogsOfAFailure() {
    const std::string folder = (world_.Record().log_uri + world_.Only().str() + "/steps/" +
                                world_.runner.launches.at(0).step.str())
                                   .substr(std::string("s3://").size());
    world_.objects.objects[folder + "/stderr.gz"] =
        "Exception in thread \"main\" SparkUserAppException: User application exited with 1\n";
    world_.objects.objects[folder + "/stdout.gz"] =
        "Traceback (most recent call last):\n  File \"word_count.py\", line 7, in <module>\n"
        "ValueError: no words in s3a://texts/\n";
  }

  static Json Tell(const MachineRun& run, std::string_view about) {
    const asl::Execution& execution = run.execution();
    JsonArray path;
    for (const std::string& name : PathOf(execution)) path.emplace_back(name);
    JsonObject story{{"about", about},
                     {"execution", execution.identity().execution_arn},
                     {"input", execution.input()},
                     {"answers", run.answers()},
                     {"path", std::move(path)},
                     {"status", Name(execution.status())}};
    if (execution.status() == asl::Status::kSucceeded) {
      story["outcome"] = execution.output();
    } else {
      story["error"] = execution.error();
      story["outcome"] = ParseJson(execution.cause()).value();
      // A parent finds these bytes inside its own Cause.
      EXPECT_LE(execution.cause().size(), kMaxOutcomeBytes);
    }
    story["published"] = run.published();
    return story;
  }

  static void Compare(const std::string& name, const Json& story) {
    const std::string path = "tests/golden/outcome/" + name;
    const std::string text = ToPrettyText(story) + "\n";
    if (ProcessEnvironment().Get("ECM_REGENERATE_GOLDEN").has_value()) std::ofstream(path) << text;
    std::ostringstream golden;
    golden << std::ifstream(path).rdbuf();
    EXPECT_EQ(golden.str(), text) << "tests/golden/outcome/" << name;
  }

  LifecycleWorld world_;
};

TEST_F(OutcomeGoldenTest, ASuccess) {
  MachineRun run(world_, Job());
  run.Run([&] { return EndTheJob(true); });
  EXPECT_EQ(run.execution().status(), asl::Status::kSucceeded);
  EXPECT_EQ(run.execution().output(), world_.Record().outcome);
  EXPECT_LE(PathOf(run.execution()).size(), 14U);
  Compare("succeeded.json", Tell(run, "The step completes: nobody needs to be told."));
}

TEST_F(OutcomeGoldenTest, AFailedJob) {
  MachineRun run(world_, Job());
  run.Run([&] {
    world_.Settle();
    WriteLogsOfAFailure();
    return EndTheJob(false);
  });
  EXPECT_EQ(run.execution().error(), "JobFailed");
  EXPECT_TRUE(world_.Record().notified);
  Compare("job_failed.json", Tell(run, "The step fails and its logs say why."));
}

TEST_F(OutcomeGoldenTest, AnInvalidJob) {
  MachineRun run(world_, ParseJson(R"({"job_name": "word-count", "relaese": "emr-7.5.0",
                                       "code_entrypoint": "word_count.py"})")
                             .value());
  run.Run([] { return false; });
  EXPECT_EQ(run.execution().error(), "InvalidJob");
  EXPECT_TRUE(world_.emr.calls.empty());
  Compare("invalid_job.json", Tell(run, "The description is wrong: no cluster is created."));
}

TEST_F(OutcomeGoldenTest, ACleanupThatNobodyCouldVerify) {
  MachineRun run(world_, Job());
  // The step hangs and so does its cluster: the deadline passes, and nothing ends.
  run.Run([&] {
    world_.Settle();
    return false;
  });
  EXPECT_EQ(run.execution().error(), "CleanupUnverified");
  Json story = Tell(run,
                    "Out of time, and the cluster stays TERMINATING for longer than anybody "
                    "waits. Of the handlers' answers only the last ones are kept here.");
  for (auto& [function, answers] : story.as_object()["answers"].as_object()) {
    JsonArray& all = answers.get_array();
    if (all.size() > 2) all.erase(all.begin(), all.end() - 1);
  }
  story.as_object().erase("path");
  Compare("cleanup_unverified.json", story);
}

}  // namespace
}  // namespace ecm::lifecycle
