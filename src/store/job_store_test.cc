#include "env/testing/temporary_folder.h"
#include "store/memory_job_store.h"
#include "store/sqlite_job_store.h"
#include "store/testing/job_store_contract.h"

namespace ecm {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, JobStoreContract, testing::Values([] {
                           return std::unique_ptr<JobStore>(std::make_unique<MemoryJobStore>());
                         }));

/// A store whose file goes away with it.
class TemporaryStore : public JobStore {
 public:
  Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override {
    return store_->Get(execution);
  }
  Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override {
    return store_->FindByCluster(cluster);
  }
  Result<JobRecord> Put(const JobRecord& record) override { return store_->Put(record); }
  Result<std::vector<JobRecord>> ListOpen() override { return store_->ListOpen(); }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<SqliteJobStore> store_ = SqliteJobStore::Open(folder_.path() / "jobs.db").value();
};

INSTANTIATE_TEST_SUITE_P(Sqlite, JobStoreContract, testing::Values([] {
                           return std::unique_ptr<JobStore>(std::make_unique<TemporaryStore>());
                         }));

TEST(JobRecordTest, IsOpenUntilItsFailureIsTold) {
  JobRecord record;
  EXPECT_TRUE(IsOpen(record));
  record.outcome = JsonObject{{"verdict", "JobFailed"}};
  EXPECT_TRUE(IsOpen(record));
  record.notified = true;
  EXPECT_FALSE(IsOpen(record));
  record.notified = false;
  record.outcome = JsonObject{{"verdict", "Succeeded"}};
  EXPECT_FALSE(IsOpen(record));
}

TEST(JobRecordTest, IsOpenWhileItsRunJobFlowMayHaveMadeACluster) {
  JobRecord record;
  record.outcome = JsonObject{{"verdict", "CleanupUnverified"}};
  record.notified = true;
  EXPECT_FALSE(IsOpen(record)) << "it never asked for one";
  record.attempted = WallTime{};
  EXPECT_TRUE(IsOpen(record));
  record.cluster = ClusterId("j-1");
  EXPECT_FALSE(IsOpen(record)) << "known";
  record.cluster = ClusterId();
  record.released = true;
  EXPECT_FALSE(IsOpen(record)) << "ruled out";
}

TEST(JobRecordTest, SaysInItsDocumentWhetherItIsOpen) {
  JobRecord record;
  EXPECT_EQ(FindBool(ToJson(record), "open"), true);
  record.outcome = JsonObject{{"verdict", "Succeeded"}};
  EXPECT_EQ(FindBool(ToJson(record), "open"), false);
}

TEST(JobRecordTest, RefusesAVersionFromTheFuture) {
  Json json = ToJson(JobRecord{});
  json.as_object()["v"] = 2;
  EXPECT_FALSE(JobRecordFromJson(json).has_value());
}

}  // namespace
}  // namespace ecm
