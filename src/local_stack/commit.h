#pragma once

#include <vector>

#include "env/log.h"
#include "store/document_store.h"

namespace ecm::local_stack {

/// Stores what a model has changed. Where the store fails, the change was made all the same:
/// kUnknownOutcome, InternalServerException.
Result<void> CommitChanges(const std::vector<Document>& changes, DocumentStore& store, Log& log);

}  // namespace ecm::local_stack
