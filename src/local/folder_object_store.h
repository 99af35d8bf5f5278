#pragma once

#include <string>
#include <vector>

#include "aws/object_store.h"
#include "local/buckets.h"

namespace ecm::local {

/// The objects of the local buckets; every region is the same. Thread-safe: it keeps no state.
class FolderObjectStore : public ObjectStore {
 public:
  explicit FolderObjectStore(Buckets buckets) : buckets_(std::move(buckets)) {}

  Result<std::string> ReadTail(const Region& region, const std::string& bucket,
                               const std::string& key, std::size_t max_bytes) override;
  Result<std::vector<std::string>> ListKeys(const Region& region, const std::string& bucket,
                                            const std::string& prefix,
                                            std::size_t max_keys) override;

 private:
  Buckets buckets_;
};

}  // namespace ecm::local
