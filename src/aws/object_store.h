#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "base/result.h"

namespace ecm {

/// Reading S3, as far as logs need it. Errors: kNotFound (bucket or key), kAccessDenied.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  /// At most the last `max_bytes` bytes of the object, gunzipped where its key ends in ".gz".
  virtual Result<std::string> ReadTail(const Region& region, const std::string& bucket,
                                       const std::string& key, std::size_t max_bytes) = 0;
  /// Keys under `prefix`, in order, at most `max_keys`.
  virtual Result<std::vector<std::string>> ListKeys(const Region& region, const std::string& bucket,
                                                    const std::string& prefix,
                                                    std::size_t max_keys) = 0;
};

}  // namespace ecm
