#pragma once

#include <map>
#include <string>
#include <vector>

#include "aws/object_store.h"

namespace ecm::endpoint {

/// Objects by "bucket/key"; it gives what it is asked for, whatever the name.
class MapObjectStore : public ObjectStore {
 public:
  std::map<std::string, std::string> objects;

  Result<std::string> ReadTail(const Region& /*region*/, const std::string& bucket,
                               const std::string& key, std::size_t max_bytes) override {
    const auto found = objects.find(bucket + "/" + key);
    if (found == objects.end()) {
      return Fail(ErrorKind::kNotFound, "no such key: s3://" + bucket + "/" + key);
    }
    const std::string& text = found->second;
    return text.substr(text.size() > max_bytes ? text.size() - max_bytes : 0);
  }

  Result<std::vector<std::string>> ListKeys(const Region& /*region*/, const std::string& bucket,
                                            const std::string& prefix,
                                            std::size_t max_keys) override {
    std::vector<std::string> keys;
    for (const auto& [name, text] : objects) {
      if (!name.starts_with(bucket + "/" + prefix) || keys.size() == max_keys) continue;
      keys.push_back(name.substr(bucket.size() + 1));
    }
    return keys;
  }
};

}  // namespace ecm::endpoint
