#include "store/document_store.h"

namespace ecm {

Result<std::vector<Document>> DocumentStore::Load(std::string_view kind,
                                                  std::string_view id_prefix) const {
  std::vector<Document> loaded;
  ECM_TRY_VOID(Visit(kind, id_prefix, [&loaded](const Document& document) -> Result<void> {
    loaded.push_back({document.kind, document.id, Json(document.body, boost::json::storage_ptr())});
    return {};
  }));
  return loaded;
}

}  // namespace ecm
