#include "local_stack/reaper.h"

#include <gtest/gtest.h>

#include "store/memory_job_store.h"

namespace ecm::local_stack {
namespace {

class RecordingEmr : public EmrApi {
 public:
  Result<Json> Call(const Region& region, std::string_view operation, const Json&) override {
    calls.push_back(region.str() + " " + std::string(operation));
    if (refuse) return Fail(ErrorKind::kThrottled, "Rate exceeded", "ThrottlingException");
    return Json(JsonObject{});
  }
  std::vector<std::string> calls;
  bool refuse = false;
};

class RecordingLog : public Log {
 public:
  void Write(LogLevel, std::string_view message, const JsonObject&) override {
    lines.emplace_back(message);
  }
  std::vector<std::string> lines;
};

class ReaperTest : public testing::Test {
 protected:
  void Store(const std::function<void(JobRecord&)>& change) {
    JobRecord record;
    record.execution = execution_;
    record.region = Region("eu-west-1");
    change(record);
    ASSERT_TRUE(jobs_.Put(record).has_value());
  }
  void Reap() { EndWhatIsLeft(execution_, jobs_, emr_, log_); }

  const ExecutionArn execution_{"arn:aws:states:eu-west-1:000000000000:execution:ecm-local:x"};
  MemoryJobStore jobs_;
  RecordingEmr emr_;
  RecordingLog log_;
};

TEST_F(ReaperTest, LiftsTheProtectionAndEndsTheCluster) {
  Store([](JobRecord& record) { record.cluster = ClusterId("j-1"); });
  Reap();
  EXPECT_EQ(emr_.calls, (std::vector<std::string>{"eu-west-1 SetTerminationProtection",
                                                  "eu-west-1 TerminateJobFlows"}));
  EXPECT_TRUE((*jobs_.Get(execution_))->aborted);
}

TEST_F(ReaperTest, LeavesATombstoneForASubmitThatIsUnderWay) {
  Store([](JobRecord& record) { record.attempted = WallTime{}; });
  Reap();
  EXPECT_TRUE(emr_.calls.empty());
  EXPECT_TRUE((*jobs_.Get(execution_))->aborted);
}

TEST_F(ReaperTest, LeavesAJobThatIsReleasedAlone) {
  Store([](JobRecord& record) {
    record.cluster = ClusterId("j-1");
    record.released = true;
  });
  Reap();
  EXPECT_TRUE(emr_.calls.empty());
  EXPECT_FALSE((*jobs_.Get(execution_))->aborted);
}

TEST_F(ReaperTest, NeedsNoRecord) {
  Reap();
  EXPECT_TRUE(emr_.calls.empty());
  EXPECT_TRUE(log_.lines.empty());
}

TEST_F(ReaperTest, SaysWhatItCouldNotEnd) {
  Store([](JobRecord& record) { record.cluster = ClusterId("j-1"); });
  emr_.refuse = true;
  Reap();
  EXPECT_EQ(log_.lines, std::vector<std::string>{"a cluster could not be ended"});
}

}  // namespace
}  // namespace ecm::local_stack
