#include "aws/emr_client.h"

#include <gtest/gtest.h>

#include <deque>

namespace ecm {
namespace {

/// Answers what it was given, in order, and keeps what it was asked.
class ScriptedEmr : public EmrApi {
 public:
  explicit ScriptedEmr(std::deque<Result<Json>> answers) : answers_(std::move(answers)) {}
  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    asked.push_back(region.str() + " " + std::string(operation) + " " + ToText(request));
    Result<Json> answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }
  std::vector<std::string> asked;

 private:
  std::deque<Result<Json>> answers_;
};

TEST(EmrClientTest, ReadsEveryPageOfClustersOldestFirst) {
  ScriptedEmr emr({
      ParseJson(R"({"Clusters":[{"Id":"j-2","Status":{"Timeline":{"CreationDateTime":9}}}],
                    "Marker":"m1"})"),
      ParseJson(R"({"Clusters":[{"Id":"j-1","Status":{"Timeline":{"CreationDateTime":5}}}]})"),
  });
  EmrClient client(emr, Region("eu-west-1"));
  const auto clusters = client.ListClusters(FromEpochSeconds(1), FromEpochSeconds(10.5));
  ASSERT_TRUE(clusters.has_value());
  ASSERT_EQ(clusters->size(), 2U);
  EXPECT_EQ(clusters->at(0).id.str(), "j-1");
  EXPECT_EQ(emr.asked.at(0),
            R"(eu-west-1 ListClusters {"CreatedAfter":1E0,"CreatedBefore":1.05E1})");
  EXPECT_NE(emr.asked.at(1).find(R"("Marker":"m1")"), std::string::npos);
}

TEST(EmrClientTest, ReadsEveryPageOfStepsInTheirOrder) {
  ScriptedEmr emr({ParseJson(R"({"Steps":[{"Id":"s-3"},{"Id":"s-2"}],"Marker":"x"})"),
                   ParseJson(R"({"Steps":[{"Id":"s-1"}]})")});
  EmrClient client(emr, Region("eu-west-1"));
  const auto steps = client.ListSteps(ClusterId("j-1"));
  ASSERT_EQ(steps->size(), 3U);
  EXPECT_EQ(steps->front().id.str(), "s-1");
}

TEST(EmrClientTest, EndsOneClusterPerCall) {
  ScriptedEmr emr({ParseJson("{}"), ParseJson("{}")});
  EmrClient client(emr, Region("eu-west-1"));
  ASSERT_TRUE(client.TerminateJobFlow(ClusterId("j-1")).has_value());
  ASSERT_TRUE(client.TerminateJobFlow(ClusterId("j-2")).has_value());
  EXPECT_EQ(emr.asked.at(0), R"(eu-west-1 TerminateJobFlows {"JobFlowIds":["j-1"]})");
  EXPECT_EQ(emr.asked.at(1), R"(eu-west-1 TerminateJobFlows {"JobFlowIds":["j-2"]})");
}

TEST(EmrClientTest, AnEndlessListIsAnError) {
  std::deque<Result<Json>> pages(3000, ParseJson(R"({"Steps":[],"Marker":"again"})"));
  ScriptedEmr emr(std::move(pages));
  EmrClient client(emr, Region("eu-west-1"));
  EXPECT_EQ(client.ListSteps(ClusterId("j-1")).error().kind, ErrorKind::kUnavailable);
}

TEST(EmrClientTest, ACreationWithoutAnIdHasAnUnknownOutcome) {
  ScriptedEmr emr({ParseJson("{}")});
  EmrClient client(emr, Region("eu-west-1"));
  EXPECT_EQ(client.RunJobFlow(JsonObject{}).error().kind, ErrorKind::kUnknownOutcome);
}

TEST(EmrErrorKindTest, BothDialectsMeanTheSame) {
  EXPECT_EQ(EmrErrorKind("InvalidRequestException", "Cluster id 'j-1' is not valid."),
            ErrorKind::kNotFound);
  EXPECT_EQ(EmrErrorKind("ValidationException", "Specified job flow ID does not exist."),
            ErrorKind::kNotFound);
  EXPECT_EQ(EmrErrorKind("ValidationException", "The supplied release label is invalid: emr-x."),
            ErrorKind::kInvalidJob);
  EXPECT_EQ(EmrErrorKind("InvalidRequestException", "Step id 's-1' is not valid."),
            ErrorKind::kNotFound);
  EXPECT_EQ(EmrErrorKind("ThrottlingException", "Rate exceeded"), ErrorKind::kThrottled);
  EXPECT_EQ(EmrErrorKind("AccessDeniedException", "not authorized"), ErrorKind::kAccessDenied);
  EXPECT_EQ(EmrErrorKind("InternalServerError", ""), ErrorKind::kUnknownOutcome);
  EXPECT_EQ(EmrErrorKind("SomethingNew", ""), ErrorKind::kUnknownOutcome);
}

}  // namespace
}  // namespace ecm
