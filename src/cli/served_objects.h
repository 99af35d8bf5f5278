#pragma once

#include "endpoint/objects.h"
#include "local/folder_object_store.h"

namespace ecm::cli {

/// The buckets of `local serve` as clients of S3 read them.
class ServedObjects : public endpoint::StoredObjects {
 public:
  explicit ServedObjects(const local::Buckets& buckets) : buckets_(buckets), store_(buckets) {}

  Result<std::uint64_t> SizeOf(const std::string& bucket, const std::string& key) override;
  Result<std::string> Read(const std::string& bucket, const std::string& key, std::uint64_t offset,
                           std::size_t size) override;
  Result<std::vector<std::string>> ListKeys(const std::string& bucket, const std::string& prefix,
                                            std::size_t max_keys) override;

 private:
  local::Buckets buckets_;
  local::FolderObjectStore store_;
};

}  // namespace ecm::cli
