#include "store/memory_job_store.h"
#include "store/testing/job_store_contract.h"

namespace ecm {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, JobStoreContract, testing::Values([] {
                           return std::unique_ptr<JobStore>(std::make_unique<MemoryJobStore>());
                         }));

TEST(JobRecordTest, RefusesAVersionFromTheFuture) {
  Json json = ToJson(JobRecord{});
  json.as_object()["v"] = 2;
  EXPECT_FALSE(JobRecordFromJson(json).has_value());
}

}  // namespace
}  // namespace ecm
