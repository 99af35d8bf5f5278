#include "store/sqlite_document_store.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "base/own_json.h"

namespace ecm {
namespace {

using store::Bind;
using store::ColumnText;
using store::Prepare;
using store::Statement;

constexpr int kBusyTimeoutMs = 10'000;
/// "ECMd": no other program's database has it.
constexpr std::int64_t kApplicationId = 0x45434d64;
constexpr std::int64_t kSchemaVersion = 1;

constexpr const char* kUnmapped = "PRAGMA mmap_size = 0";
constexpr const char* kMapped = "PRAGMA mmap_size = 268435456";
/// Half a MiB of pages: what is read again lies in the kernel's cache.
constexpr const char* kSettings =
    "PRAGMA cache_size = -512;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = NORMAL;";

/// Ends what a statement was doing, so that it holds no lock and can run again.
struct Rewind {
  const Statement& statement;
  ~Rewind() {
    sqlite3_reset(statement.get());
    sqlite3_clear_bindings(statement.get());
  }
};

/// Whole kinds are read from mapped memory, a quarter faster. Not for longer: every page that was
/// ever read would count as this program's own.
class Mapping {
 public:
  explicit Mapping(sqlite3* database) : database_(database) { Set(kMapped); }
  ~Mapping() { Set(kUnmapped); }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

 private:
  /// Where it cannot be mapped it is read as any other file.
  void Set(const char* pragma) { sqlite3_exec(database_, pragma, nullptr, nullptr, nullptr); }
  sqlite3* const database_;
};

std::string_view AdviceFor(int code) {
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "another program is writing it: end that one, or use another state folder";
    case SQLITE_FULL:
      return "free some space on its disk";
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return "its folder must be there, and folder and file be writable";
    default:
      return "";
  }
}

}  // namespace

std::string SqliteDocumentStore::MoveAway() const {
  return fmt::format("Move it away: mv '{0}' '{0}.old'; the next start then begins with nothing",
                     file_.string());
}

Error SqliteDocumentStore::LastError(std::string_view doing) const {
  const int code = sqlite3_errcode(database_.get());
  std::string message = fmt::format("the state file {} cannot {}: {}", file_.string(), doing,
                                    sqlite3_errmsg(database_.get()));
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
    message += ". " + MoveAway();
  } else if (const std::string_view advice = AdviceFor(code); !advice.empty()) {
    message += fmt::format(" ({})", advice);
  }
  const bool busy = code == SQLITE_BUSY || code == SQLITE_LOCKED;
  return {busy ? ErrorKind::kUnavailable : ErrorKind::kInternal, std::move(message), {}};
}

Result<void> SqliteDocumentStore::Run(const char* sql, const char* doing) {
  if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return Fail(LastError(doing));
}

Result<std::int64_t> SqliteDocumentStore::ReadNumber(const char* sql) {
  const Statement statement = Prepare(database_.get(), sql);
  if (statement == nullptr || sqlite3_step(statement.get()) != SQLITE_ROW) {
    return Fail(LastError("be read"));
  }
  return sqlite3_column_int64(statement.get(), 0);
}

Result<std::unique_ptr<SqliteDocumentStore>> SqliteDocumentStore::Open(
    const std::filesystem::path& file) {
  sqlite3* opened = nullptr;
  const int result =
      sqlite3_open_v2(file.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  store::Database database(opened);
  if (database == nullptr) {
    return Fail(ErrorKind::kInternal, "no memory to open the state file " + file.string());
  }
  std::unique_ptr<SqliteDocumentStore> made(new SqliteDocumentStore(file, std::move(database)));
  if (result != SQLITE_OK) return Fail(made->LastError("be opened"));
  sqlite3_busy_timeout(opened, kBusyTimeoutMs);
  ECM_TRY_VOID(made->CheckOrMakeSchema());
  ECM_TRY_VOID(made->PrepareStatements());
  return made;
}

Result<void> SqliteDocumentStore::CheckOrMakeSchema() {
  ECM_TRY(const std::int64_t tables, ReadNumber("SELECT count(*) FROM sqlite_schema"));
  ECM_TRY(const std::int64_t application, ReadNumber("PRAGMA application_id"));
  ECM_TRY(const std::int64_t version, ReadNumber("PRAGMA user_version"));
  const bool is_new = tables == 0 && application == 0 && version == 0;
  if (!is_new && application != kApplicationId) {
    return Fail(ErrorKind::kInternal,
                fmt::format("the state file {} is the database of another program. {}",
                            file_.string(), MoveAway()));
  }
  if (!is_new && version != kSchemaVersion) {
    return Fail(ErrorKind::kInternal,
                fmt::format("the state file {} has version {}, this program knows {}: use the "
                            "program that has written it. {}",
                            file_.string(), version, kSchemaVersion, MoveAway()));
  }
  // Not before it is known that the file is ours: the journal mode changes the file.
  ECM_TRY_VOID(Run(kSettings, "be used"));
  if (!is_new) return {};
  // Two programs may come at once: the second finds the table there. With row ids: what is changed
  // was mostly written a moment ago, so it shares a page, and no body needs a page beside its
  // row's.
  const std::string schema = fmt::format(
      "BEGIN IMMEDIATE;"
      "PRAGMA application_id = {};"
      "PRAGMA user_version = {};"
      "CREATE TABLE IF NOT EXISTS document ("
      "  kind TEXT NOT NULL,"
      "  id TEXT NOT NULL,"
      "  body TEXT NOT NULL,"
      "  UNIQUE (kind, id));"
      "COMMIT",
      kApplicationId, kSchemaVersion);
  return Run(schema.c_str(), "be prepared");
}

Result<void> SqliteDocumentStore::PrepareStatements() {
  const auto prepare = [this](const char* sql) {
    return Prepare(database_.get(), sql, SQLITE_PREPARE_PERSISTENT);
  };
  put_ = prepare(
      "INSERT INTO document (kind, id, body) VALUES (?1, ?2, ?3) "
      "ON CONFLICT DO UPDATE SET body = ?3");
  remove_ = prepare("DELETE FROM document WHERE kind = ?1 AND id = ?2");
  load_ = prepare("SELECT id, body FROM document WHERE kind = ?1 AND id >= ?2 ORDER BY id");
  ids_ = prepare("SELECT id FROM document WHERE kind = ?1 ORDER BY id");
  if (put_ == nullptr || remove_ == nullptr || load_ == nullptr || ids_ == nullptr) {
    return Fail(LastError("be used"));
  }
  return {};
}

Result<void> SqliteDocumentStore::Write(const Document& document) {
  const bool gone = document.body.is_null();
  const Statement& statement = gone ? remove_ : put_;
  const Rewind rewind{statement};
  const std::string body = gone ? "" : ToText(document.body);
  Bind(statement, 1, document.kind);
  Bind(statement, 2, document.id);
  if (!gone) Bind(statement, 3, body);
  if (sqlite3_step(statement.get()) == SQLITE_DONE) return {};
  return Fail(LastError("be written"));
}

Result<void> SqliteDocumentStore::WriteAll(const std::vector<Document>& documents) {
  for (const Document& document : documents) ECM_TRY_VOID(Write(document));
  return Run("COMMIT", "be written");
}

Result<void> SqliteDocumentStore::Commit(const std::vector<Document>& documents) {
  if (documents.empty()) return {};
  const std::scoped_lock lock(mutex_);
  if (documents.size() == 1) return Write(documents.front());  // a transaction of its own
  ECM_TRY_VOID(Run("BEGIN IMMEDIATE", "be written"));
  Result<void> written = WriteAll(documents);
  // Some errors have rolled back already.
  if (!written.has_value() && sqlite3_get_autocommit(database_.get()) == 0) {
    sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
  }
  return written;
}

Result<void> SqliteDocumentStore::Visit(std::string_view kind, std::string_view id_prefix,
                                        const Visitor& visit) const {
  const std::scoped_lock lock(mutex_);
  std::optional<Mapping> mapping;  // ends after the statement has let go of its pages
  if (id_prefix.empty()) mapping.emplace(database_.get());
  const Rewind rewind{load_};
  Bind(load_, 1, kind);
  Bind(load_, 2, id_prefix);
  OwnJsonReader reader;
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(load_.get())) == SQLITE_ROW) {
    const std::string_view id = ColumnText(load_, 0);
    // In their order: the first that begins otherwise is behind all that are wanted.
    if (!id.starts_with(id_prefix)) return {};
    Result<Json> body = reader.Read(ColumnText(load_, 1));
    if (!body.has_value()) {
      return Fail(ErrorKind::kInternal,
                  fmt::format("the state file {} has a broken document, {} {}: {}. {}",
                              file_.string(), kind, id, body.error().message, MoveAway()));
    }
    ECM_TRY_VOID(visit({std::string(kind), std::string(id), *std::move(body)}));
  }
  if (step != SQLITE_DONE) return Fail(LastError("be read"));
  return {};
}

Result<std::vector<std::string>> SqliteDocumentStore::Ids(std::string_view kind) const {
  const std::scoped_lock lock(mutex_);
  const Rewind rewind{ids_};
  Bind(ids_, 1, kind);
  std::vector<std::string> ids;
  int step = SQLITE_ROW;
  while ((step = sqlite3_step(ids_.get())) == SQLITE_ROW) ids.emplace_back(ColumnText(ids_, 0));
  if (step != SQLITE_DONE) return Fail(LastError("be read"));
  return ids;
}

}  // namespace ecm
