#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/server.h"

// Reading the buckets as clients of S3 do: GetObject (with Range) and ListObjectsV2, addressed by
// path. Nothing can be written.

namespace ecm::endpoint {

/// The bytes of objects as they are stored. Errors: kNotFound (bucket or key), kAccessDenied.
class StoredObjects {
 public:
  virtual ~StoredObjects() = default;
  virtual Result<std::uint64_t> SizeOf(const std::string& bucket, const std::string& key) = 0;
  /// Fewer bytes at the end of the object.
  virtual Result<std::string> Read(const std::string& bucket, const std::string& key,
                                   std::uint64_t offset, std::size_t size) = 0;
  /// Keys under `prefix`, in order, at most `max_keys`.
  virtual Result<std::vector<std::string>> ListKeys(const std::string& bucket,
                                                    const std::string& prefix,
                                                    std::size_t max_keys) = 0;
};

/// Answers a signed GET of a client of S3, errors in S3's XML.
http::Response ReadObjects(const http::Request& request, StoredObjects& objects,
                           const std::string& request_id);

}  // namespace ecm::endpoint
