#include "store/sqlite_job_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <thread>
#include <vector>

#include "env/testing/temporary_folder.h"

namespace ecm {
namespace {

JobRecord Job(const std::string& name) {
  JobRecord record;
  record.execution = ExecutionArn("arn:aws:states:eu-west-1:1:execution:ecm-dev:" + name);
  record.cluster = ClusterId("j-" + name);
  return record;
}

TEST(SqliteJobStoreTest, RemembersAfterItWasClosed) {
  const TemporaryFolder folder;
  JobRecord put;
  {
    const auto store = SqliteJobStore::Open(folder.path() / "jobs.db").value();
    put = store->Put(store->Put(Job("1")).value()).value();
  }
  const auto store = SqliteJobStore::Open(folder.path() / "jobs.db").value();
  EXPECT_EQ(store->Get(put.execution).value(), put);
  EXPECT_EQ(store->FindByCluster(put.cluster).value(), put);
  EXPECT_EQ(store->Put(put)->revision, 3);
}

TEST(SqliteJobStoreTest, TwoProcessesSeeOneTruth) {
  const TemporaryFolder folder;
  const auto first = SqliteJobStore::Open(folder.path() / "jobs.db").value();
  const auto second = SqliteJobStore::Open(folder.path() / "jobs.db").value();
  const JobRecord put = first->Put(Job("1")).value();
  EXPECT_EQ(second->Put(Job("1")).error().kind, ErrorKind::kConflict);
  EXPECT_TRUE(second->Put(put).has_value());
  EXPECT_EQ(first->Put(put).error().kind, ErrorKind::kConflict);
}

TEST(SqliteJobStoreTest, OneOfManyThreadsWinsEachRevision) {
  const TemporaryFolder folder;
  const auto store = SqliteJobStore::Open(folder.path() / "jobs.db").value();
  constexpr int kThreads = 4;
  constexpr int kWins = 5;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&store] {
      for (int wins = 0; wins < kWins;) {
        const auto current = store->Get(Job("1").execution).value();
        if (store->Put(current.value_or(Job("1")))) ++wins;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store->Get(Job("1").execution).value()->revision, kThreads * kWins);
}

TEST(SqliteJobStoreTest, KeepsNamesThatLookLikeSqlOrContainNul) {
  const TemporaryFolder folder;
  const auto store = SqliteJobStore::Open(folder.path() / "jobs.db").value();
  JobRecord record = Job("x'; DROP TABLE job; --");
  record.cluster_name = std::string("a\0b", 3);
  const JobRecord put = store->Put(record).value();
  EXPECT_EQ(store->Get(record.execution).value(), put);
}

TEST(SqliteJobStoreTest, ARecordWithoutAClusterIsNotFoundByAnEmptyOne) {
  const TemporaryFolder folder;
  const auto store = SqliteJobStore::Open(folder.path() / "jobs.db").value();
  JobRecord record = Job("1");
  record.cluster = ClusterId();
  ASSERT_TRUE(store->Put(record).has_value());
  EXPECT_FALSE(store->FindByCluster(ClusterId()).value().has_value());
}

TEST(SqliteJobStoreTest, SaysWhichFileIsNoDatabase) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "jobs.db")
      << "this is a text that is longer than the header of a database, "
         "which has one hundred bytes at the very least";
  const auto store = SqliteJobStore::Open(folder.path() / "jobs.db");
  ASSERT_FALSE(store.has_value());
  EXPECT_THAT(store.error().message, testing::HasSubstr((folder.path() / "jobs.db").string()));
  EXPECT_THAT(store.error().message, testing::HasSubstr("not a database"));
}

TEST(SqliteJobStoreTest, TellsHowToGoOnWithoutADamagedFile) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "jobs.db";
  std::ofstream(file) << std::string(8192, 'x');
  const auto store = SqliteJobStore::Open(file);
  ASSERT_FALSE(store.has_value());
  EXPECT_THAT(store.error().message, testing::HasSubstr("mv '" + file.string() + "'"));
}

TEST(SqliteJobStoreTest, SaysWhichFolderIsMissing) {
  const TemporaryFolder folder;
  const auto store = SqliteJobStore::Open((folder.path() / "jobs.db") / "missing" / "jobs.db");
  ASSERT_FALSE(store.has_value());
  EXPECT_THAT(store.error().message, testing::HasSubstr("missing/jobs.db"));
}

}  // namespace
}  // namespace ecm
