#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

// What the stores of this module share of SQLite's C interface.

namespace ecm::store {

struct CloseDatabase {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
};
using Database = std::unique_ptr<sqlite3, CloseDatabase>;

struct FinalizeStatement {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, FinalizeStatement>;

/// Null for an error, which the database then knows. `flags` as of sqlite3_prepare_v3.
inline Statement Prepare(sqlite3* database, const char* sql, unsigned flags = 0) {
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v3(database, sql, -1, flags, &statement, nullptr);
  return Statement(statement);
}

/// The text is copied.
inline void Bind(const Statement& statement, int index, std::string_view text) {
  // A null pointer would bind NULL, not "".
  sqlite3_bind_text64(statement.get(), index, text.empty() ? "" : text.data(), text.size(),
                      SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// Good until the statement steps on.
inline std::string_view ColumnText(const Statement& statement, int column) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement.get(), column));
  if (text == nullptr) return {};
  return {text, static_cast<std::size_t>(sqlite3_column_bytes(statement.get(), column))};
}

}  // namespace ecm::store
