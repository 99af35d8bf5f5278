#include "lambda/stack_ports.h"

#include <gmock/gmock.h>

#include <map>

#include "env/testing/sim_env.h"

namespace ecm::lambda {
namespace {

using std::chrono::seconds;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

/// Keeps what it is asked, and answers {}.
class RecordingHttp : public HttpTransport {
 public:
  Result<HttpResponse> Send(const HttpRequest& request) override {
    requests.push_back(request);
    return HttpResponse{.status = status, .headers = {}, .body = "{}"};
  }
  std::vector<HttpRequest> requests;
  unsigned status = 200;
};

class StackPortsTest : public testing::Test {
 protected:
  Result<std::unique_ptr<HandlerPorts>> Make() {
    return StackPorts::Make({environment_, http_, clock_, random_});
  }
  Result<Json> Ask(lifecycle::Ports ports) {
    return ports.emr.Call(Region("eu-west-1"), "DescribeCluster", JsonObject{{"ClusterId", "j-1"}});
  }

  MapEnvironment environment_{std::map<std::string, std::string>{
      {"ECM_STAGE", "prod"},
      {"ECM_JOB_TABLE", "ecm-prod-jobs"},
      {"ECM_TOPIC_ARN", "arn:aws:sns:eu-west-1:123456789012:ecm-prod-failures"},
      {"ECM_SUBNET", "subnet-0123456789abcdef0"},
      {"AWS_REGION", "eu-west-1"},
      {"AWS_ACCESS_KEY_ID", "AKID"},
      {"AWS_SECRET_ACCESS_KEY", "secret"},
      {"AWS_SESSION_TOKEN", "token"}}};
  ManualClock clock_;
  SeededRandom random_{1};
  RecordingLog log_;
  RecordingHttp http_;
};

TEST_F(StackPortsTest, HandlersReachAwsInTheStacksRegion) {
  const auto ports = Make().value();
  ASSERT_TRUE(Ask(ports->For(clock_.Mono() + seconds{58}, log_)));

  ASSERT_THAT(http_.requests, SizeIs(1));
  const HttpRequest& request = http_.requests[0];
  EXPECT_EQ(request.origin.host, "elasticmapreduce.eu-west-1.amazonaws.com");
  EXPECT_THAT(request.headers,
              Contains(Pair(testing::StrCaseEq("authorization"),
                            HasSubstr("/eu-west-1/elasticmapreduce/aws4_request"))));
  EXPECT_THAT(request.headers, Contains(Pair(testing::StrCaseEq("x-amz-security-token"), "token")));
}

TEST_F(StackPortsTest, TheStackIsThatOfTheEnvironment) {
  const auto ports = Make().value();
  const lifecycle::Ports reach = ports->For(MonoTime::max(), log_);
  EXPECT_EQ(reach.stack.stage, "prod");
  EXPECT_EQ(reach.stack.subnet, "subnet-0123456789abcdef0");
  EXPECT_EQ(reach.patience.sweep_time, lifecycle::Patience().sweep_time);
}

TEST_F(StackPortsTest, NothingIsBegunAfterTheHandlersTime) {
  const auto ports = Make().value();
  const MonoTime stop_at = clock_.Mono() + seconds{4};
  const lifecycle::Ports reach = ports->For(stop_at, log_);
  EXPECT_EQ(reach.patience.sweep_time, seconds{3});
  clock_.Advance(seconds{4});

  EXPECT_EQ(Ask(reach).error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(http_.requests, IsEmpty());

  EXPECT_TRUE(Ask(ports->For(stop_at + seconds{60}, log_)));
}

TEST_F(StackPortsTest, RetriesSpeakToTheLogOfTheirInvocation) {
  const auto ports = Make().value();
  RecordingLog first;
  Ask(ports->For(MonoTime::max(), first)).value();
  http_.status = 500;
  EXPECT_FALSE(Ask(ports->For(MonoTime::max(), log_)));
  EXPECT_THAT(first.lines(), IsEmpty());
  EXPECT_THAT(log_.lines(), testing::Not(IsEmpty()));
}

TEST_F(StackPortsTest, AWrongEnvironmentMakesNone) {
  environment_ = MapEnvironment(std::map<std::string, std::string>{{"ECM_STAGE", "prod"}});
  EXPECT_THAT(Make().error().message, AllOf(HasSubstr("ECM_JOB_TABLE"), HasSubstr("AWS_REGION")));
}

}  // namespace
}  // namespace ecm::lambda
