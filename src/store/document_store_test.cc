#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "env/testing/temporary_folder.h"
#include "store/memory_document_store.h"
#include "store/sqlite_document_store.h"
#include "store/testing/document_store_contract.h"

namespace ecm {
namespace {

INSTANTIATE_TEST_SUITE_P(Memory, DocumentStoreContract, testing::Values([] {
                           return std::unique_ptr<DocumentStore>(
                               std::make_unique<MemoryDocumentStore>());
                         }));

/// A store whose file goes away with it.
class TemporaryStore : public DocumentStore {
 public:
  Result<void> Commit(const std::vector<Document>& documents) override {
    return store_->Commit(documents);
  }
  Result<void> Visit(std::string_view kind, std::string_view id_prefix,
                     const Visitor& visit) const override {
    return store_->Visit(kind, id_prefix, visit);
  }
  Result<std::vector<std::string>> Ids(std::string_view kind) const override {
    return store_->Ids(kind);
  }

 private:
  TemporaryFolder folder_;
  std::unique_ptr<SqliteDocumentStore> store_ =
      SqliteDocumentStore::Open(folder_.path() / "state.db").value();
};

INSTANTIATE_TEST_SUITE_P(Sqlite, DocumentStoreContract, testing::Values([] {
                           return std::unique_ptr<DocumentStore>(
                               std::make_unique<TemporaryStore>());
                         }));

}  // namespace
}  // namespace ecm
