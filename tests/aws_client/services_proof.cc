#include <algorithm>
#include <atomic>
#include <thread>

#include "aws/emr_client.h"
#include "aws/executions.h"
#include "aws_client/cloudwatch_logs.h"
#include "aws_client/emr_http.h"
#include "aws_client/s3_objects.h"
#include "aws_client/sns_notices.h"
#include "aws_client/step_functions_http.h"
#include "real_client.h"

// Buckets, the topic and the state machine are made by tests/aws, which also reads what arrived.

namespace ecm::aws_client {
namespace {

class Services : public testing::Test {
 protected:
  RealClient real_;
};

using S3Proof = Services;

TEST_F(S3Proof, ReadsTheEndOfAnObject) {
  S3Objects objects(real_.client);
  const auto tail = objects.ReadTail(RealClient::Here(), "proof-logs", "plain/stderr", 9);
  ASSERT_TRUE(tail.has_value()) << tail.error().message;
  EXPECT_EQ(*tail, "last line");
  EXPECT_EQ(objects.ReadTail(RealClient::Here(), "proof-logs", "plain/stderr", 1'000'000).value(),
            "first line\nlast line");
}

TEST_F(S3Proof, UnpacksAnObjectOfSeveralPieces) {
  S3Objects objects(real_.client);
  const auto tail = objects.ReadTail(RealClient::Here(), "proof-logs", "packed/stderr.gz", 9);
  ASSERT_TRUE(tail.has_value()) << tail.error().message;
  EXPECT_EQ(*tail, "last line");
}

TEST_F(S3Proof, ReadsKeysWithOddCharacters) {
  S3Objects objects(real_.client);
  for (const char* key : {"odd/a b+c&d=e?f#g%41~ü€", "odd/(x)[y]{z}'\"*!,;:@$", "odd//two"}) {
    const auto tail = objects.ReadTail(RealClient::Here(), "proof-logs", key, 100);
    ASSERT_TRUE(tail.has_value()) << key << ": " << tail.error().message;
    EXPECT_EQ(*tail, key);
  }
  const auto listed = objects.ListKeys(RealClient::Here(), "proof-logs", "odd/", 100);
  ASSERT_TRUE(listed.has_value()) << listed.error().message;
  EXPECT_EQ(listed->size(), 3U);
  EXPECT_EQ(std::ranges::count(*listed, std::string("odd/a b+c&d=e?f#g%41~ü€")), 1);
}

TEST_F(S3Proof, ListsMoreThanOnePage) {
  S3Objects objects(real_.client);
  const auto all = objects.ListKeys(RealClient::Here(), "proof-many", "k/", 5000);
  ASSERT_TRUE(all.has_value()) << all.error().message;
  ASSERT_EQ(all->size(), 1203U);
  EXPECT_TRUE(std::ranges::is_sorted(*all));
  EXPECT_EQ(all->front(), "k/0000");
  EXPECT_EQ(all->back(), "k/1202");
  EXPECT_EQ(objects.ListKeys(RealClient::Here(), "proof-many", "k/", 1001)->size(), 1001U);
  EXPECT_EQ(objects.ListKeys(RealClient::Here(), "proof-many", "k/00", 5000)->size(), 100U);
  EXPECT_TRUE(objects.ListKeys(RealClient::Here(), "proof-many", "other/", 5000)->empty());
}

TEST_F(S3Proof, SaysWhatIsNotThere) {
  S3Objects objects(real_.client);
  const auto key = objects.ReadTail(RealClient::Here(), "proof-logs", "absent", 10);
  EXPECT_EQ(key.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(key.error().code, "NoSuchKey");
  EXPECT_EQ(objects.ReadTail(RealClient::Here(), "proof-absent", "a", 10).error().code,
            "NoSuchBucket");
  EXPECT_EQ(objects.ListKeys(RealClient::Here(), "proof-absent", "", 10).error().kind,
            ErrorKind::kNotFound);
}

TEST_F(S3Proof, ReadsNothingOfAnEmptyObject) {
  S3Objects objects(real_.client);
  for (const char* key : {"empty", "empty.gz"}) {
    const auto tail = objects.ReadTail(RealClient::Here(), "proof-logs", key, 10);
    ASSERT_TRUE(tail.has_value()) << tail.error().message;
    EXPECT_EQ(*tail, "");
  }
}

using LogsProof = Services;

TEST_F(LogsProof, FindsTheLinesOfOneExecution) {
  CloudWatchLogs logs(real_.client);
  const WallTime now = real_.clock.Wall();
  const auto find = [&](const std::string& name, std::size_t most) {
    return logs.FindLines(RealClient::Here(), "/aws/lambda/ecm-proof-submit",
                          "arn:aws:states:x:" + name, now - std::chrono::hours{1},
                          now + std::chrono::hours{1}, most);
  };
  const auto ours = find("ours", 100);
  ASSERT_TRUE(ours.has_value()) << ours.error().message;
  ASSERT_EQ(ours->size(), 1U);
  EXPECT_EQ((*ours)[0].text, "{\"execution\":\"arn:aws:states:x:ours\"}\n");
  EXPECT_LE((*ours)[0].time, now);
  EXPECT_EQ(find("many", 100)->size(), 23U);
  EXPECT_EQ(find("many", 7)->size(), 7U);
  EXPECT_TRUE(find("nobody", 100)->empty());
}

TEST_F(LogsProof, SaysThatTheGroupIsNotThere) {
  const auto lines =
      CloudWatchLogs(real_.client)
          .FindLines(RealClient::Here(), "/absent", "x", WallTime{}, real_.clock.Wall(), 1);
  ASSERT_FALSE(lines.has_value());
  EXPECT_EQ(lines.error().kind, ErrorKind::kNotFound) << lines.error().message;
}

using SnsProof = Services;

TEST_F(SnsProof, TellsTheTopic) {
  SnsNotices notices(real_.client, RealClient::Variable("PROOF_TOPIC"));
  const auto told =
      notices.Publish("Job failed: wörd count", "Line one\n\"two\" & <three> 100% ü€\n");
  ASSERT_TRUE(told.has_value()) << told.error().message;
}

TEST_F(SnsProof, SaysThatTheTopicIsNotThere) {
  SnsNotices notices(real_.client, "arn:aws:sns:eu-west-1:123456789012:absent");
  const auto told = notices.Publish("s", "m");
  EXPECT_EQ(told.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(told.error().code, "NotFound");
}

class StepFunctionsProof : public Services {
 protected:
  /// The server takes the answer on one thread and acts on it on another.
  void WaitForTheEndOf(const ExecutionArn& execution, StepFunctionsApi& api) {
    const MonoTime stop_at = real_.clock.Mono() + std::chrono::minutes{2};
    while (real_.clock.Mono() < stop_at) {
      const auto state = StepFunctionsExecutions(api).Describe(execution);
      ASSERT_TRUE(state.has_value()) << state.error().message;
      if (IsOver(state->status)) return;
      real_.clock.SleepFor(std::chrono::milliseconds{50});
    }
    FAIL() << execution << " still waits for its token";
  }
};

TEST_F(StepFunctionsProof, StartsAndDescribesAnExecution) {
  StepFunctionsHttp api(real_.client);
  const Json start = JsonObject{{"stateMachineArn", RealClient::Variable("PROOF_MACHINE")},
                                {"name", "proof-1"},
                                {"input", "{\"job\":\"wörd\"}"}};
  const auto started = api.Call(RealClient::Here(), "StartExecution", start);
  ASSERT_TRUE(started.has_value()) << started.error().message;
  const ExecutionArn arn(StringOr(*started, "executionArn"));
  EXPECT_TRUE(arn.str().ends_with(":proof-1")) << arn;
  const auto described =
      api.Call(RealClient::Here(), "DescribeExecution", JsonObject{{"executionArn", arn.str()}});
  ASSERT_TRUE(described.has_value()) << described.error().message;
  EXPECT_EQ(StringOr(*described, "input"), "{\"job\":\"wörd\"}");
  const auto state = StepFunctionsExecutions(api).Describe(arn);
  ASSERT_TRUE(state.has_value()) << state.error().message;
  EXPECT_TRUE(state->started.has_value());
}

TEST_F(StepFunctionsProof, StartsAgainByNameWhenTheAnswerIsLost) {
  StepFunctionsHttp api(real_.client);
  real_.LoseTheAnswerTo("StartExecution");
  const auto started =
      api.Call(RealClient::Here(), "StartExecution",
               JsonObject{{"stateMachineArn", RealClient::Variable("PROOF_MACHINE")},
                          {"name", "proof-2"},
                          {"input", "{}"}});
  ASSERT_TRUE(started.has_value()) << started.error().message;
  const auto listed =
      api.Call(RealClient::Here(), "ListExecutions",
               JsonObject{{"stateMachineArn", RealClient::Variable("PROOF_MACHINE")}});
  ASSERT_TRUE(listed.has_value()) << listed.error().message;
  EXPECT_EQ(std::ranges::count_if(
                FindArray(*listed, "executions"),
                [](const Json& execution) { return StringOr(execution, "name") == "proof-2"; }),
            1);
}

TEST_F(StepFunctionsProof, AnswersATokenOnceAndThenFindsItGone) {
  StepFunctionsHttp api(real_.client);
  TaskTokensHttp tokens(api, RealClient::Here());
  const TaskToken token(RealClient::Variable("PROOF_TOKEN"));
  const auto sent = tokens.SendTaskSuccess(token, JsonObject{{"v", 1}, {"text", "wörd"}});
  ASSERT_TRUE(sent.has_value()) << sent.error().message;
  WaitForTheEndOf(ExecutionArn(RealClient::Variable("PROOF_EXECUTION")), api);
  for (const TaskToken& gone : {token, TaskToken("no-such-token")}) {
    const auto again = tokens.SendTaskSuccess(gone, JsonObject{});
    ASSERT_FALSE(again.has_value());
    EXPECT_EQ(again.error().kind, ErrorKind::kNotFound) << again.error().message;
  }
}

TEST_F(StepFunctionsProof, SaysWhatIsNotThere) {
  StepFunctionsHttp api(real_.client);
  const std::string machine = RealClient::Variable("PROOF_MACHINE");
  const auto described = api.Call(RealClient::Here(), "DescribeExecution",
                                  JsonObject{{"executionArn", machine + ":absent"}});
  EXPECT_FALSE(described.has_value());
  const auto started =
      api.Call(RealClient::Here(), "StartExecution",
               JsonObject{{"stateMachineArn", machine + "-absent"}, {"name", "n"}});
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().kind, ErrorKind::kNotFound) << started.error().message;
}

class EmrProof : public Services {
 protected:
  static Json Request(const std::string& name) {
    return JsonObject{
        {"Name", name},
        {"ReleaseLabel", "emr-7.10.0"},
        {"ServiceRole", "EMR_DefaultRole"},
        {"JobFlowRole", "EMR_EC2_DefaultRole"},
        {"Instances", JsonObject{{"InstanceCount", 1},
                                 {"MasterInstanceType", "m5.xlarge"},
                                 {"KeepJobFlowAliveWhenNoSteps", false}}},
        {"Steps", JsonArray{JsonObject{
                      {"Name", "one"},
                      {"ActionOnFailure", "TERMINATE_CLUSTER"},
                      {"HadoopJarStep", JsonObject{{"Jar", "command-runner.jar"},
                                                   {"Args", JsonArray{"spark-submit", "x ü"}}}}}}}};
  }
  EmrHttp api_{real_.client};
  EmrClient emr_{api_, RealClient::Here()};
};

TEST_F(EmrProof, RunsDescribesListsAndEndsACluster) {
  const auto cluster = emr_.RunJobFlow(Request("proof-life"));
  ASSERT_TRUE(cluster.has_value()) << cluster.error().message;
  const auto described = emr_.DescribeCluster(*cluster);
  ASSERT_TRUE(described.has_value()) << described.error().message;
  EXPECT_EQ(described->name, "proof-life");
  const auto steps = emr_.ListSteps(*cluster);
  ASSERT_TRUE(steps.has_value()) << steps.error().message;
  ASSERT_EQ(steps->size(), 1U);
  EXPECT_EQ((*steps)[0].name, "one");
  ASSERT_TRUE(emr_.SetTerminationProtection(*cluster, false).has_value());
  const auto ended = emr_.TerminateJobFlow(*cluster);
  ASSERT_TRUE(ended.has_value()) << ended.error().message;
  EXPECT_TRUE(IsFinal(emr_.DescribeCluster(*cluster)->state));
}

TEST_F(EmrProof, NeverMakesASecondClusterForALostAnswer) {
  const WallTime begin = real_.clock.Wall() - std::chrono::hours{1};
  const std::int64_t before = real_.RequestsOf("RunJobFlow");
  real_.LoseTheAnswerTo("RunJobFlow");
  const auto cluster = emr_.RunJobFlow(Request("proof-lost"));
  ASSERT_FALSE(cluster.has_value());
  EXPECT_EQ(cluster.error().kind, ErrorKind::kUnknownOutcome) << cluster.error().message;
  EXPECT_EQ(real_.RequestsOf("RunJobFlow"), before + 1);
  const auto listed = emr_.ListClusters(begin, real_.clock.Wall() + std::chrono::hours{1});
  ASSERT_TRUE(listed.has_value()) << listed.error().message;
  EXPECT_EQ(std::ranges::count(*listed, std::string("proof-lost"), &ClusterSummary::name), 1);
}

TEST_F(EmrProof, EndsAClusterThoughTheFirstAnswerIsLost) {
  const auto cluster = emr_.RunJobFlow(Request("proof-end"));
  ASSERT_TRUE(cluster.has_value()) << cluster.error().message;
  real_.LoseTheAnswerTo("TerminateJobFlows");
  EXPECT_TRUE(emr_.TerminateJobFlow(*cluster).has_value());
}

TEST_F(EmrProof, SaysWhichClusterIsNotThere) {
  const auto described = emr_.DescribeCluster(ClusterId("j-ABSENT"));
  ASSERT_FALSE(described.has_value());
  EXPECT_EQ(described.error().kind, ErrorKind::kNotFound) << described.error().message;
  EXPECT_TRUE(described.error().message.contains("eu-west-1")) << described.error().message;
}

TEST_F(EmrProof, SurvivesAnEndpointWhereNobodyListens) {
  // A port that was free a moment ago: bound and closed again by the test that started us.
  RealClient nobody("http://127.0.0.1:" + RealClient::Variable("PROOF_FREE_PORT"));
  EmrHttp api(nobody.client);
  const auto cluster = api.Call(RealClient::Here(), "RunJobFlow", Request("proof-nobody"));
  ASSERT_FALSE(cluster.has_value());
  EXPECT_EQ(cluster.error().kind, ErrorKind::kUnavailable) << cluster.error().message;
  EXPECT_TRUE(cluster.error().message.ends_with("(tried 4 times)")) << cluster.error().message;
}

TEST_F(EmrProof, ServesSeveralThreadsAtOnce) {
  const auto cluster = emr_.RunJobFlow(Request("proof-threads"));
  ASSERT_TRUE(cluster.has_value()) << cluster.error().message;
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 8; ++thread) {
      threads.emplace_back([&] {
        for (int call = 0; call < 10; ++call) {
          const auto described = emr_.DescribeCluster(*cluster);
          if (described.has_value() && described->id == *cluster) ++right;
        }
      });
    }
  }
  EXPECT_EQ(right, 80);
}

}  // namespace
}  // namespace ecm::aws_client
