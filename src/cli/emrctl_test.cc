#include "cli/emrctl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/testing/captured_console.h"
#include "env/testing/sim_env.h"
#include "env/testing/temporary_folder.h"

namespace ecm::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Command lines that come to nothing before anything is run.
class EmrctlTest : public testing::Test {
 protected:
  std::string Say(std::vector<const char*> words, int expected_code = 2) {
    words.insert(words.begin(), "emrctl");
    CapturedConsole console(/*terminal=*/false);
    Context context{console.get(), clock_, random_, environment_, log_};
    EXPECT_EQ(RunEmrctl(static_cast<int>(words.size()), words.data(), context), expected_code);
    return console.Written();
  }

  TemporaryFolder folder_;
  ManualClock clock_;
  SeededRandom random_{1};
  MapEnvironment environment_{{}};
  NullLog log_;
};

TEST_F(EmrctlTest, TellsWhatAMisspeltOptionMayHaveMeant) {
  EXPECT_THAT(Say({"local", "serve", "--prot", "8000"}),
              AllOf(HasSubstr("'emrctl local serve' has no option --prot\n"),
                    HasSubstr("did you mean --port?"), HasSubstr("emrctl local serve --help")));
  EXPECT_THAT(Say({"local", "serve", "--state-dri=x"}), HasSubstr("did you mean --state-dir?"));
  EXPECT_THAT(Say({"run", "--locl", "job.json"}), HasSubstr("--local"));
  EXPECT_THAT(Say({"local", "serve", "--nothing-like-it"}), Not(HasSubstr("did you mean")));
}

TEST_F(EmrctlTest, TellsWhatAMisspeltCommandMayHaveMeant) {
  EXPECT_THAT(Say({"validat", "job.json"}), AllOf(HasSubstr("there is no command 'emrctl validat'"),
                                                  HasSubstr("did you mean validate?")));
  EXPECT_THAT(Say({"local", "serv"}), HasSubstr("did you mean serve?"));
}

TEST_F(EmrctlTest, ACommandThatWantsAnotherShowsItsHelp) {
  EXPECT_THAT(Say({"local"}), AllOf(HasSubstr("a command is missing"), HasSubstr("serve"),
                                    HasSubstr("emrctl run --local")));
  EXPECT_THAT(Say({}), AllOf(HasSubstr("a command is missing"), HasSubstr("validate")));
}

TEST_F(EmrctlTest, RunAnswersInJsonWhereNothingIsRun) {
  const std::string job = folder_.Write("job.json", R"({"job_name": "x"})");
  const std::string said = Say({"run", "--local", "--json", job.c_str()});
  const auto json = ParseJson(said.substr(said.find("{\n")));
  ASSERT_TRUE(json.has_value()) << said;
  EXPECT_EQ(*Find(*json, {"error", "kind"}), "InvalidJob");
  EXPECT_EQ(StringOr(FindArray(*json, "problems").at(0), "pointer"), "/release");

  const std::string missing = Say({"run", "--local", "--json", "no/such/file.json"});
  const auto error = ParseJson(missing.substr(missing.find("{\n")));
  ASSERT_TRUE(error.has_value()) << missing;
  EXPECT_THAT(Find(*error, {"error", "message"})->as_string().c_str(), HasSubstr("no/such/file"));
  EXPECT_TRUE(FindArray(*error, "problems").empty());
}

TEST_F(EmrctlTest, AStateFolderWithoutANameIsRefused) {
  EXPECT_THAT(Say({"local", "serve", "--port", "0", "--state-dir", ""}),
              HasSubstr("--state-dir is empty"));
}

}  // namespace
}  // namespace ecm::cli
