#pragma once

#include <functional>
#include <map>
#include <string>

#include "store/document_store.h"

namespace ecm {

/// For the simulator, tests and an endpoint that is asked to remember nothing; one thread at a
/// time.
class MemoryDocumentStore : public DocumentStore {
 public:
  Result<void> Commit(const std::vector<Document>& documents) override;
  Result<void> Visit(std::string_view kind, std::string_view id_prefix,
                     const Visitor& visit) const override;
  Result<std::vector<std::string>> Ids(std::string_view kind) const override;

 private:
  using ById = std::map<std::string, Json, std::less<>>;
  std::map<std::string, ById, std::less<>> kinds_;
};

}  // namespace ecm
