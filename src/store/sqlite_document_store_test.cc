#include "store/sqlite_document_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "env/testing/temporary_folder.h"

namespace ecm {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class SqliteDocumentStoreTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteDocumentStore> Open() { return SqliteDocumentStore::Open(file_).value(); }
  std::string Refusal() {
    const auto store = SqliteDocumentStore::Open(file_);
    EXPECT_FALSE(store.has_value());
    return store.has_value() ? "" : store.error().message;
  }
  /// As another program would.
  void Execute(const char* sql) {
    sqlite3* opened = nullptr;
    ASSERT_EQ(sqlite3_open(file_.c_str(), &opened), SQLITE_OK);
    const store::Database database(opened);
    ASSERT_EQ(sqlite3_exec(opened, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(opened);
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "state.db";
};

TEST_F(SqliteDocumentStoreTest, RemembersAfterItWasClosed) {
  ASSERT_TRUE(Open()->Commit({{"k", "1", JsonObject{{"a", 1}}}}).has_value());
  EXPECT_EQ(Open()->Load("k").value(), (std::vector<Document>{{"k", "1", JsonObject{{"a", 1}}}}));
}

TEST_F(SqliteDocumentStoreTest, WhatWasCommittedSurvivesAKill) {
  int told[2];
  ASSERT_EQ(pipe(told), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto store = SqliteDocumentStore::Open(file_);
    for (int i = 0;; ++i) {
      const std::string id = std::to_string(i);
      if (!store || !(*store)->Commit({{"a", id, i}, {"b", id, i}})) _exit(1);
      if (write(told[1], &i, sizeof i) != sizeof i) _exit(1);
    }
  }
  close(told[1]);
  int last = -1;
  while (last < 200 && read(told[0], &last, sizeof last) == sizeof last) {
  }
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  while (read(told[0], &last, sizeof last) == sizeof last) {
  }
  close(told[0]);
  const auto store = Open();
  const std::size_t a = store->Load("a").value().size();
  EXPECT_GE(a, static_cast<std::size_t>(last) + 1);
  EXPECT_EQ(store->Load("b").value().size(), a);  // never half of a commit
}

TEST_F(SqliteDocumentStoreTest, CommitsAllOrNothing) {
  const auto store = Open();
  Execute(
      "CREATE TRIGGER no BEFORE INSERT ON document WHEN new.id = 'bad' "
      "BEGIN SELECT RAISE(ABORT, 'no'); END");
  const Result<void> committed = store->Commit({{"k", "good", 1}, {"k", "bad", 2}});
  ASSERT_FALSE(committed.has_value());
  EXPECT_THAT(committed.error().message, AllOf(HasSubstr(file_.string()), HasSubstr("no")));
  EXPECT_TRUE(store->Load("k").value().empty());
  EXPECT_TRUE(store->Commit({{"k", "1", 1}, {"k", "2", 2}}).has_value());
  EXPECT_EQ(store->Load("k").value().size(), 2U);
}

TEST_F(SqliteDocumentStoreTest, ServesSeveralThreadsAndASecondProgram) {
  const auto store = Open();
  const auto other = Open();
  constexpr int kThreads = 4;
  constexpr int kEach = 50;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      SqliteDocumentStore& mine = t % 2 == 0 ? *store : *other;
      for (int i = 0; i < kEach; ++i) {
        const std::string id = std::to_string(t) + "/" + std::to_string(i);
        EXPECT_TRUE(mine.Commit({{"k", id, 1}, {"l", id, 2}}).has_value());
        EXPECT_FALSE(mine.Load("k", std::to_string(t)).value().empty());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store->Load("k").value().size(), kThreads * kEach);
  EXPECT_EQ(other->Load("l").value().size(), kThreads * kEach);
}

TEST_F(SqliteDocumentStoreTest, SaysWhatToDoWithAFileThatIsNoDatabase) {
  std::ofstream(file_) << "this is a text that is longer than the header of a database, "
                          "which has one hundred bytes at the very least";
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("not a database"), HasSubstr("mv '" + file_.string())));
}

TEST_F(SqliteDocumentStoreTest, LeavesTheDatabaseOfAnotherProgramAlone) {
  Execute("CREATE TABLE theirs (a); PRAGMA journal_mode = DELETE;");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("another program"), HasSubstr("mv '" + file_.string())));
  EXPECT_FALSE(std::filesystem::exists(file_.string() + "-wal"));
  Execute("INSERT INTO theirs VALUES (1)");
}

TEST_F(SqliteDocumentStoreTest, RefusesAFileOfANewerProgram) {
  Open();
  Execute("PRAGMA user_version = 2");
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("has version 2, this program knows 1"),
                               HasSubstr("mv '" + file_.string())));
}

TEST_F(SqliteDocumentStoreTest, SaysWhichDocumentIsBroken) {
  ASSERT_TRUE(Open()->Commit({{"emr_cluster", "j-1", 1}}).has_value());
  Execute("UPDATE document SET body = '{\"half'");
  const auto loaded = Open()->Load("emr_cluster");
  ASSERT_FALSE(loaded.has_value());
  EXPECT_THAT(loaded.error().message,
              AllOf(HasSubstr("emr_cluster j-1"), HasSubstr("mv '" + file_.string())));
}

TEST_F(SqliteDocumentStoreTest, SaysWhatToDoWithDamagedPages) {
  {
    const auto store = Open();
    for (int i = 0; i < 200; ++i) {
      const Json body(std::string(1000, 'x'));
      ASSERT_TRUE(store->Commit({{"k", std::to_string(i), body}}).has_value());
    }
  }
  {
    std::fstream damage(file_, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekp(4096 * 2);
    damage << std::string(std::size_t{4096} * 20, '\x7f');
  }
  const auto store = SqliteDocumentStore::Open(file_);
  const Error error = store.has_value() ? (*store)->Load("k").error() : store.error();
  EXPECT_THAT(error.message, AllOf(HasSubstr("malformed"), HasSubstr("mv '" + file_.string())));
}

TEST_F(SqliteDocumentStoreTest, SaysWhichFolderIsMissing) {
  file_ = folder_.path() / "missing" / "state.db";
  EXPECT_THAT(Refusal(), AllOf(HasSubstr("missing/state.db"), HasSubstr("its folder")));
}

}  // namespace
}  // namespace ecm
