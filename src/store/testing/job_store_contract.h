#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "store/job_store.h"

namespace ecm {

/// What every job store promises. Instantiate with a factory of empty stores:
/// INSTANTIATE_TEST_SUITE_P(Memory, JobStoreContract, testing::Values([] { … }));
class JobStoreContract : public testing::TestWithParam<std::function<std::unique_ptr<JobStore>()>> {
 protected:
  static JobRecord Sample() {
    JobRecord record;
    record.execution = ExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev:1");
    record.cluster_name = "ecm-dev-word-count-1";
    record.step_names = {"ecm-dev-word-count"};
    record.region = Region("eu-west-1");
    record.log_uri = "s3://logs/emr/";
    record.started = WallTime{std::chrono::seconds{1767323045}};
    record.deadline = record.started + std::chrono::hours{12};
    record.start_deadline = record.started + std::chrono::hours{1};
    return record;
  }
  std::unique_ptr<JobStore> store_ = GetParam()();
};

TEST_P(JobStoreContract, GivesBackWhatWasPut) {
  JobRecord record = Sample();
  record.attempted = record.started;
  record.attempts = 2;
  record.cluster = ClusterId("j-1");
  record.token = TaskToken("AAA=");
  record.woken = record.started + std::chrono::milliseconds{7};
  record.aborted = true;
  record.verdict = "JobFailed";
  record.released = true;
  record.outcome = JsonObject{{"v", 1}, {"text", "ü\n\"quoted\""}};
  record.notified = true;
  const auto put = store_->Put(record);
  ASSERT_TRUE(put.has_value()) << put.error().message;
  EXPECT_EQ(put->revision, 1);
  const auto got = store_->Get(record.execution);
  ASSERT_TRUE(got.has_value() && got->has_value());
  EXPECT_EQ(**got, *put);
}

TEST_P(JobStoreContract, KnowsNothingOfOthers) {
  const auto got = store_->Get(ExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev:2"));
  ASSERT_TRUE(got.has_value());
  EXPECT_FALSE(got->has_value());
  EXPECT_FALSE(store_->FindByCluster(ClusterId("j-9")).value().has_value());
}

TEST_P(JobStoreContract, OnlyTheLatestRevisionMayChangeARecord) {
  const JobRecord first = store_->Put(Sample()).value();
  EXPECT_EQ(store_->Put(Sample()).error().kind, ErrorKind::kConflict);
  const JobRecord second = store_->Put(first).value();
  EXPECT_EQ(second.revision, 2);
  EXPECT_EQ(store_->Put(first).error().kind, ErrorKind::kConflict);
  JobRecord phantom = Sample();
  phantom.execution = ExecutionArn("arn:never-stored");
  phantom.revision = 3;
  EXPECT_EQ(store_->Put(phantom).error().kind, ErrorKind::kConflict);
}

TEST_P(JobStoreContract, ListsTheJobsThatAreNotSettled) {
  EXPECT_TRUE(store_->ListOpen().value().empty());
  std::vector<ExecutionArn> open;
  // More than one page of any store.
  for (int i = 0; i < 120; ++i) {
    JobRecord record = Sample();
    record.execution = ExecutionArn(record.execution.str() + "-" + std::to_string(1000 + i));
    const bool told = i % 3 == 1;
    const bool succeeded = i % 3 == 2;
    if (told) record.notified = true;
    if (told || i % 2 == 0) record.outcome = JsonObject{{"verdict", "JobFailed"}};
    if (succeeded) record.outcome = JsonObject{{"verdict", "Succeeded"}};
    // As it was claimed, then as it is: an index must follow.
    JobRecord claimed = Sample();
    claimed.execution = record.execution;
    record.revision = store_->Put(claimed).value().revision;
    record = store_->Put(record).value();
    if (!told && !succeeded) open.push_back(record.execution);
  }
  const auto listed = store_->ListOpen();
  ASSERT_TRUE(listed.has_value()) << listed.error().message;
  std::vector<ExecutionArn> found;
  for (const JobRecord& record : *listed) {
    found.push_back(record.execution);
    EXPECT_EQ(store_->Get(record.execution).value(), record);
  }
  std::ranges::sort(found);
  EXPECT_EQ(found, open);
}

TEST_P(JobStoreContract, FindsAJobByItsCluster) {
  JobRecord record = store_->Put(Sample()).value();
  EXPECT_FALSE(store_->FindByCluster(ClusterId("j-1")).value().has_value());
  record.cluster = ClusterId("j-1");
  store_->Put(record).value();
  const auto found = store_->FindByCluster(ClusterId("j-1")).value();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->execution, record.execution);
}

}  // namespace ecm
