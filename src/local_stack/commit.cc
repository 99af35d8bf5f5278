#include "local_stack/commit.h"

namespace ecm::local_stack {

Result<void> CommitChanges(const std::vector<Document>& changes, DocumentStore& store, Log& log) {
  if (changes.empty()) return {};
  const Result<void> stored = store.Commit(changes);
  if (stored) return {};
  log.Warning("a change was not stored",
              {{"kind", changes.front().kind}, {"error", stored.error().message}});
  return Fail(ErrorKind::kUnknownOutcome,
              "the change was made but could not be stored: " + stored.error().message,
              "InternalServerException");
}

}  // namespace ecm::local_stack
