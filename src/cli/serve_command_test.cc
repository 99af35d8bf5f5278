#include "cli/serve_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "cli/testing/captured_console.h"
#include "cli/timing.h"
#include "env/testing/sim_env.h"

namespace ecm::cli {
namespace {

using testing::HasSubstr;

/// Parses "emrctl local serve ARGUMENTS"; what the parser says, "" where it took them.
std::string Parse(std::vector<std::string> arguments, ServeOptions& options) {
  CLI::App app("emrctl");
  CLI::App* local = app.add_subcommand("local", "");
  AddServe(*local, options);
  arguments.insert(arguments.begin(), {"local", "serve"});
  std::ranges::reverse(arguments);
  try {
    app.parse(arguments);
  } catch (const CLI::CallForHelp&) {
    return app.help("", CLI::AppFormatMode::All);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return "";
}

std::string Refusal(const ServeOptions& options) {
  const auto plan = MakeServePlan(options, MapEnvironment({}));
  return plan ? "" : plan.error().message;
}

TEST(AddServeTest, TakesEveryOption) {
  ServeOptions options;
  EXPECT_EQ(Parse({"--host", "::1", "--port", "0", "--state-dir", "s", "--timing", "emr",
                   "--region", "eu-west-1", "--keys", "k.json", "--verbose"},
                  options),
            "");
  EXPECT_EQ(options.host, "::1");
  EXPECT_EQ(options.port, 0);
  EXPECT_EQ(options.state_dir, "s");
  EXPECT_EQ(options.timing, "emr");
  EXPECT_EQ(options.region, "eu-west-1");
  EXPECT_EQ(options.keys_file, "k.json");
  EXPECT_TRUE(options.verbose);
}

TEST(AddServeTest, HasDefaults) {
  ServeOptions options;
  EXPECT_EQ(Parse({}, options), "");
  EXPECT_EQ(options.host, "127.0.0.1");
  EXPECT_EQ(options.port, 8367);
  EXPECT_EQ(options.state_dir, ".emrctl");
}

TEST(AddServeTest, RefusesWhatIsNone) {
  ServeOptions options;
  EXPECT_NE(Parse({"--port", "65536"}, options), "");
  EXPECT_NE(Parse({"--port", "-1"}, options), "");
  EXPECT_NE(Parse({"--port", "http"}, options), "");
  EXPECT_NE(Parse({"--timing", "slow"}, options), "");
  EXPECT_THAT(Parse({"--region", "Europe"}, options), HasSubstr("not a region such as eu-west-1"));
  EXPECT_NE(Parse({"job.json"}, options), "");
}

TEST(AddServeTest, ShowsHowToReachIt) {
  ServeOptions options;
  const std::string help = Parse({"--help"}, options);
  EXPECT_THAT(help, HasSubstr("aws emr list-clusters --endpoint-url http://127.0.0.1:8367"));
  EXPECT_THAT(help, HasSubstr("AWS_ENDPOINT_URL_SFN"));
}

TEST(MakeServePlanTest, ListensToThisMachineWithoutKeys) {
  for (const std::string host : {"127.0.0.1", "127.1.2.3", "::1", "localhost"}) {
    ServeOptions options;
    options.host = host;
    const auto plan = MakeServePlan(options, MapEnvironment({}));
    ASSERT_TRUE(plan.has_value()) << host;
    EXPECT_TRUE(plan->loopback) << host;
    EXPECT_FALSE(plan->keys.has_value());
  }
}

TEST(MakeServePlanTest, ListensToOthersOnlyWithKeys) {
  for (const std::string host : {"0.0.0.0", "::", "192.168.1.7", "::ffff:127.0.0.1", "fe80::1"}) {
    ServeOptions options;
    options.host = host;
    EXPECT_THAT(Refusal(options), HasSubstr("(--keys FILE)")) << host;
  }
}

TEST(MakeServePlanTest, TakesAddressesOnly) {
  for (const std::string host :
       {"", "example.com", "127.1", "127.0.0.1:80", "[::1]", "1.2.3.256"}) {
    ServeOptions options;
    options.host = host;
    EXPECT_THAT(Refusal(options), HasSubstr("is not an IP address")) << host;
  }
}

TEST(MakeServePlanTest, TakesTheRegionOfTheOptionThenOfTheEnvironment) {
  const auto region = [](const std::string& option, std::map<std::string, std::string> variables) {
    ServeOptions options;
    options.region = option;
    return MakeServePlan(options, MapEnvironment(std::move(variables))).value().region.str();
  };
  EXPECT_EQ(region("eu-west-1", {{"AWS_REGION", "us-west-2"}}), "eu-west-1");
  EXPECT_EQ(region("", {{"AWS_REGION", "us-west-2"}, {"AWS_DEFAULT_REGION", "x"}}), "us-west-2");
  EXPECT_EQ(region("", {{"AWS_DEFAULT_REGION", "ap-south-1"}}), "ap-south-1");
  EXPECT_EQ(region("", {{"AWS_REGION", "no region"}}), "us-east-1");
}

TEST(MakeServePlanTest, RefusesKeysThatCannotBeRead) {
  ServeOptions options;
  options.keys_file = "/nonexistent/keys.json";
  EXPECT_THAT(Refusal(options), HasSubstr("No such file"));
}

TEST(TimingsOfTest, KnowsTwoPaces) {
  EXPECT_LT(TimingsOf("instant").value().provision, std::chrono::seconds{1});
  EXPECT_GE(TimingsOf("emr").value().terminate, std::chrono::minutes{1});
  EXPECT_FALSE(TimingsOf("").has_value());
}

TEST(ServerUrlTest, PutsBracketsAroundIpv6) {
  EXPECT_EQ(ListeningLine("127.0.0.1", 8367), "listening on http://127.0.0.1:8367");
  EXPECT_EQ(ListeningLine("::1", 1), "listening on http://[::1]:1");
}

class RunServeTest : public testing::Test {
 protected:
  CapturedConsole console{/*terminal=*/false};
  ManualClock clock;
  SeededRandom random{1};
  MapEnvironment environment{{}};
  RecordingLog log;
  Context context{console.get(), clock, random, environment, log};
};

TEST_F(RunServeTest, ServesWhatWasPlanned) {
  ServeOptions options;
  options.port = 0;
  std::vector<std::string> served;
  const Serve serve = [&](const ServePlan& plan, Context&) {
    served.push_back(ServerUrl(plan.address, plan.port));
    return ExitCode::kSuccess;
  };
  EXPECT_EQ(RunServe(options, context, serve), ExitCode::kSuccess);
  EXPECT_THAT(served, testing::ElementsAre("http://127.0.0.1:0"));
}

TEST_F(RunServeTest, ServesNothingWhereSomethingIsWrong) {
  ServeOptions options;
  options.host = "0.0.0.0";
  bool served = false;
  const Serve serve = [&](const ServePlan&, Context&) {
    served = true;
    return ExitCode::kSuccess;
  };
  EXPECT_EQ(RunServe(options, context, serve), ExitCode::kInvalid);
  EXPECT_FALSE(served);
  EXPECT_THAT(console.Written(), HasSubstr("emrctl: --host 0.0.0.0 can be reached"));
}

}  // namespace
}  // namespace ecm::cli
