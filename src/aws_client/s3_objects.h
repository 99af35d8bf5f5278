#pragma once

#include "aws/object_store.h"
#include "aws_client/service_client.h"

namespace ecm::aws_client {

/// Amazon S3 over signed HTTP. A ".gz" is read from its beginning, as it must be, in pieces: memory
/// is bounded, and an object of more than kMaxPackedBytes is kInvalidJob. An object that is
/// replaced while it is read is kUnavailable.
class S3Objects : public ObjectStore {
 public:
  static constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  static constexpr std::size_t kMaxPackedBytes = std::size_t{256} << 20;

  explicit S3Objects(ServiceClient& client) : client_(client) {}
  Result<std::string> ReadTail(const Region& region, const std::string& bucket,
                               const std::string& key, std::size_t max_bytes) override;
  Result<std::vector<std::string>> ListKeys(const Region& region, const std::string& bucket,
                                            const std::string& prefix,
                                            std::size_t max_keys) override;

 private:
  ServiceClient& client_;
};

}  // namespace ecm::aws_client
