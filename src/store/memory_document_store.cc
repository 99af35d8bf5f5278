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

Result<std::vector<Document>> MemoryDocumentStore::Load(std::string_view kind) const {
  return Load(kind, "");
}

Result<std::vector<Document>> MemoryDocumentStore::Load(std::string_view kind,
                                                        std::string_view id_prefix) const {
  std::vector<Document> loaded;
  const auto found = kinds_.find(kind);
  if (found == kinds_.end()) return loaded;
  for (auto at = found->second.lower_bound(id_prefix);
       at != found->second.end() && at->first.starts_with(id_prefix); ++at) {
    loaded.push_back({std::string(kind), at->first, at->second});
  }
  return loaded;
}

}  // namespace ecm
