#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "store/job_store.h"
#include "store/sqlite_statement.h"

namespace ecm {

/// One file for the jobs of one machine. Thread-safe; several processes may have it open.
///
/// Every Put is on the disk before it answers (WAL with synchronous=FULL): a job writes its record
/// about ten times, and what a person was once told about a job is never forgotten again.
class SqliteJobStore : public JobStore {
 public:
  /// Makes the file, not its folder. Errors name the file and say what SQLite says.
  static Result<std::unique_ptr<SqliteJobStore>> Open(const std::filesystem::path& file);

  Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override;
  Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override;
  Result<JobRecord> Put(const JobRecord& record) override;
  Result<std::vector<JobRecord>> ListOpen() override;

 private:
  SqliteJobStore(std::filesystem::path file, store::Database database)
      : file_(std::move(file)), database_(std::move(database)) {}
  Result<std::optional<JobRecord>> FindOne(const char* sql, const std::string& key);
  Error LastError(const std::string& doing) const;

  const std::filesystem::path file_;
  std::mutex mutex_;  ///< one statement at a time
  store::Database database_;
};

}  // namespace ecm
