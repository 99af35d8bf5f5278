#pragma once

#include <sqlite3.h>

#include <filesystem>
#include <string>

namespace ecm::store {

/// What to do about a file that SQLite cannot make anything of; "" for other errors.
inline std::string AdviceOn(int sqlite_code, const std::filesystem::path& file) {
  if (sqlite_code != SQLITE_NOTADB && sqlite_code != SQLITE_CORRUPT) return {};
  return ". The file is damaged: move it out of the way (mv '" + file.string() + "' '" +
         file.string() + ".damaged') and start again; what it knew is then forgotten";
}

}  // namespace ecm::store
