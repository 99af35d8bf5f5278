#include "store/sqlite_job_store.h"

#include <string_view>
#include <utility>

#include "store/damaged.h"

namespace ecm {
namespace {

using store::Bind;
using store::ColumnText;
using store::Prepare;
using store::Statement;

constexpr int kBusyTimeoutMs = 10'000;

constexpr const char* kSchema =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "CREATE TABLE IF NOT EXISTS job ("
    "  execution TEXT PRIMARY KEY NOT NULL,"
    "  revision INTEGER NOT NULL,"
    "  cluster TEXT NOT NULL,"
    "  document TEXT NOT NULL) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS job_by_cluster ON job (cluster) WHERE cluster <> '';"
    "CREATE INDEX IF NOT EXISTS job_open ON job (execution) WHERE document ->> 'open';";

}  // namespace

Error SqliteJobStore::LastError(const std::string& doing) const {
  const int code = sqlite3_errcode(database_.get());
  const bool busy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
  return {busy ? ErrorKind::kUnavailable : ErrorKind::kInternal,
          "the job store " + file_.string() + " cannot " + doing + ": " +
              sqlite3_errmsg(database_.get()) + store::AdviceOn(code & 0xFF, file_),
          {}};
}

Result<std::unique_ptr<SqliteJobStore>> SqliteJobStore::Open(const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(file.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX, nullptr);
  store::Database database(opened);
  if (database == nullptr) {
    return Fail(ErrorKind::kInternal, "no memory to open the job store " + file.string());
  }
  std::unique_ptr<SqliteJobStore> made(new SqliteJobStore(file, std::move(database)));
  if (result != SQLITE_OK) return Fail(made->LastError("be opened"));
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
  if (sqlite3_exec(opened, kSchema, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return Fail(made->LastError("be used"));
  }
  return made;
}

Result<std::optional<JobRecord>> SqliteJobStore::FindOne(const char* sql, const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const Statement statement = Prepare(database_.get(), sql);
  if (statement == nullptr) return Fail(LastError("be read"));
  Bind(statement, 1, key);
  const int step = sqlite3_step(statement.get());
  if (step == SQLITE_DONE) return std::nullopt;
  if (step != SQLITE_ROW) return Fail(LastError("be read"));
  ECM_TRY(const Json document, ParseJson(ColumnText(statement, 0)));
  ECM_TRY(JobRecord record, JobRecordFromJson(document));
  return record;
}

Result<std::optional<JobRecord>> SqliteJobStore::Get(const ExecutionArn& execution) {
  return FindOne("SELECT document FROM job WHERE execution = ?1", execution.str());
}

Result<std::optional<JobRecord>> SqliteJobStore::FindByCluster(const ClusterId& cluster) {
  if (cluster.empty()) return std::nullopt;
  return FindOne("SELECT document FROM job WHERE cluster = ?1 AND cluster <> '' LIMIT 1",
                 cluster.str());
}

Result<JobRecord> SqliteJobStore::Put(const JobRecord& record) {
  JobRecord next = record;
  ++next.revision;
  const std::string document = ToText(ToJson(next));
  const std::scoped_lock lock(mutex_);
  // One statement decides and writes: nobody comes in between, in this process or another.
  const Statement statement = Prepare(
      database_.get(),
      record.revision == 0
          ? "INSERT INTO job (execution, revision, cluster, document) VALUES (?1, ?2 + 1, ?3, ?4) "
            "ON CONFLICT DO NOTHING"
          : "UPDATE job SET revision = ?2 + 1, cluster = ?3, document = ?4 "
            "WHERE execution = ?1 AND revision = ?2");
  if (statement == nullptr) return Fail(LastError("be written"));
  Bind(statement, 1, record.execution.str());
  sqlite3_bind_int64(statement.get(), 2, record.revision);
  Bind(statement, 3, record.cluster.str());
  Bind(statement, 4, document);
  if (sqlite3_step(statement.get()) != SQLITE_DONE) return Fail(LastError("be written"));
  if (sqlite3_changes(database_.get()) == 1) return next;
  return Fail(ErrorKind::kConflict,
              "the record of " + record.execution.str() + " was changed meanwhile: read it again");
}

Result<std::vector<JobRecord>> SqliteJobStore::ListOpen() {
  const std::scoped_lock lock(mutex_);
  // The condition is that of the index, to the letter: jobs that are settled cost nothing.
  const Statement statement =
      Prepare(database_.get(), "SELECT document FROM job WHERE document ->> 'open'");
  if (statement == nullptr) return Fail(LastError("be read"));
  std::vector<JobRecord> open;
  for (;;) {
    const int step = sqlite3_step(statement.get());
    if (step == SQLITE_DONE) return open;
    if (step != SQLITE_ROW) return Fail(LastError("be read"));
    ECM_TRY(const Json document, ParseJson(ColumnText(statement, 0)));
    ECM_TRY(JobRecord record, JobRecordFromJson(document));
    open.push_back(std::move(record));
  }
}

}  // namespace ecm
