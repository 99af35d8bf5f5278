#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "store/document_store.h"
#include "store/sqlite_statement.h"

namespace ecm {

/// One file for all that an endpoint remembers. Thread-safe.
///
/// WAL with synchronous=NORMAL: what Commit has answered is with the kernel, so it survives kill -9
/// of the process; a power cut may take the last commits, never half of one. The endpoint's
/// clusters do not outlive such a cut anyway, and a commit costs microseconds instead of a disk's
/// flush.
class SqliteDocumentStore : public DocumentStore {
 public:
  /// Makes the file, not its folder. A file that is broken, foreign or of a newer program is left
  /// as it is: the error names it and says what to do.
  static Result<std::unique_ptr<SqliteDocumentStore>> Open(const std::filesystem::path& file);

  Result<void> Commit(const std::vector<Document>& documents) override;
  Result<void> Visit(std::string_view kind, std::string_view id_prefix,
                     const Visitor& visit) const override;
  Result<std::vector<std::string>> Ids(std::string_view kind) const override;

 private:
  SqliteDocumentStore(std::filesystem::path file, store::Database database)
      : file_(std::move(file)), database_(std::move(database)) {}
  Result<void> CheckOrMakeSchema();
  Result<void> PrepareStatements();
  Result<void> WriteAll(const std::vector<Document>& documents);
  Result<void> Write(const Document& document);
  Result<void> Run(const char* sql, const char* doing);
  Result<std::int64_t> ReadNumber(const char* sql);
  Error LastError(std::string_view doing) const;
  /// "Move it away: …"
  std::string MoveAway() const;

  const std::filesystem::path file_;
  mutable std::mutex mutex_;  ///< one statement at a time
  store::Database database_;
  store::Statement put_;  ///< statements go before their database
  store::Statement remove_;
  store::Statement load_;
  store::Statement ids_;
};

}  // namespace ecm
