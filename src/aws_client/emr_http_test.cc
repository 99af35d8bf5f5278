#include "aws_client/emr_http.h"

#include <gtest/gtest.h>

#include "aws_client/testing/scripted_http.h"

namespace ecm::aws_client {
namespace {

std::size_t RequestsAfterALostAnswer(std::string_view operation) {
  ClientWorld world;
  EmrHttp emr(world.client);
  world.http.ThenFail(ErrorKind::kUnknownOutcome);
  world.http.Then(200, "{}");
  (void)emr.Call(ClientWorld::Here(), operation, JsonObject{});
  return world.http.requests.size();
}

TEST(EmrHttpTest, RepeatsReadingAndEnding) {
  for (const char* operation :
       {"DescribeCluster", "ListClusters", "ListSteps", "DescribeStep", "GetManagedScalingPolicy",
        "TerminateJobFlows", "SetTerminationProtection"}) {
    EXPECT_EQ(RequestsAfterALostAnswer(operation), 2U) << operation;
  }
}

TEST(EmrHttpTest, NeverRepeatsWhatWouldBeThereTwice) {
  for (const char* operation : {"RunJobFlow", "AddJobFlowSteps", "AddInstanceGroups",
                                "AddInstanceFleet", "ANewOperation"}) {
    EXPECT_EQ(RequestsAfterALostAnswer(operation), 1U) << operation;
  }
}

TEST(EmrHttpTest, WaitsLongerForWhatItCannotAskAgain) {
  ClientWorld world;
  EmrHttp emr(world.client);
  for (const char* operation : {"DescribeCluster", "RunJobFlow"}) {
    world.http.Then(200, "{}");
    (void)emr.Call(ClientWorld::Here(), operation, JsonObject{});
  }
  EXPECT_EQ(world.http.requests[0].timeout, std::chrono::seconds{20});
  EXPECT_EQ(world.http.requests[1].timeout, std::chrono::seconds{60});
}

TEST(EmrHttpTest, AnswersWithErrorsOfTheEmrPort) {
  ClientWorld world;
  EmrHttp emr(world.client);
  world.http.Then(400, R"({"__type":"InvalidRequestException","ErrorCode":"NoSuchCluster",)"
                       R"("Message":"Cluster id 'j-1' is not valid."})");
  const auto answer =
      emr.Call(ClientWorld::Here(), "DescribeCluster", JsonObject{{"ClusterId", "j-1"}});
  EXPECT_EQ(answer.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(answer.error().code, "InvalidRequestException");
  EXPECT_EQ(HeaderOf(world.http.requests[0], "x-amz-target"), "ElasticMapReduce.DescribeCluster");
}

}  // namespace
}  // namespace ecm::aws_client
