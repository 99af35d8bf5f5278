#include "store/memory_document_store.h"

namespace ecm {

Result<void> MemoryDocumentStore::Commit(const std::vector<Document>& documents) {
  for (const Document& document : documents) {
    ById& kind = kinds_[document.kind];
    if (document.body.is_null()) {
      kind.erase(document.id);
    } else {
      kind.insert_or_assign(document.id, document.body);
    }
  }
  return {};
}

Result<void> MemoryDocumentStore::Visit(std::string_view kind, std::string_view id_prefix,
                                        const Visitor& visit) const {
  const auto found = kinds_.find(kind);
  if (found == kinds_.end()) return {};
  for (auto at = found->second.lower_bound(id_prefix);
       at != found->second.end() && at->first.starts_with(id_prefix); ++at) {
    ECM_TRY_VOID(visit({std::string(kind), at->first, at->second}));
  }
  return {};
}

Result<std::vector<std::string>> MemoryDocumentStore::Ids(std::string_view kind) const {
  std::vector<std::string> ids;
  const auto found = kinds_.find(kind);
  if (found == kinds_.end()) return ids;
  ids.reserve(found->second.size());
  for (const auto& [id, body] : found->second) ids.push_back(id);
  return ids;
}

}  // namespace ecm
