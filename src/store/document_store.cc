#include "store/document_store.h"

#include <utility>

namespace ecm {

Result<std::vector<Document>> DocumentStore::Load(std::string_view kind,
                                                  std::string_view id_prefix) const {
  std::vector<Document> loaded;
  ECM_TRY_VOID(Visit(kind, id_prefix, [&loaded](Document document) -> Result<void> {
    loaded.push_back(std::move(document));
    return {};
  }));
  return loaded;
}

}  // namespace ecm
