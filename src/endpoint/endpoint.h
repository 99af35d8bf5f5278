#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/sigv4.h"
#include "base/ids.h"
#include "base/json.h"
#include "endpoint/objects.h"
#include "env/clock.h"
#include "env/random.h"
#include "http/server.h"

// The services behind one address: which request is for whom, whether it may come in, and how
// answers and errors look on the wire.

namespace ecm::endpoint {

/// One AWS service: region, operation and request in, answer out.
using ServiceCall =
    std::function<Result<Json>(const Region& region, std::string_view operation, const Json&)>;

struct Service {
  std::string target_prefix;  ///< of X-Amz-Target, "ElasticMapReduce"
  std::string signing_name;   ///< of credential scopes, "elasticmapreduce"
  std::string json_version;   ///< of the answers' Content-Type, "1.1"
  ServiceCall call;
};

struct Access {
  /// The Host names that are us, without port: whoever asks under another name is a browser that
  /// was led here (DNS rebinding). Not looked at where `keys` is set: a signature covers the name.
  std::vector<std::string> host_names{"127.0.0.1", "localhost", "::1"};
  /// Where it is set, every request of a service must be signed with one of them, and there are no
  /// pages: a browser cannot sign.
  std::optional<std::vector<Credentials>> keys;
};

/// Answers requests: `services` by X-Amz-Target, what clients of S3 read by `objects` (where there
/// are any, and no keys: the service's own way to sign is not checked here), everything else with
/// GET by `pages`. The region is
/// the one of the request's credential scope, `default_region` for unsigned ones.
class Endpoint {
 public:
  using Pages = std::function<std::optional<http::Response>(std::string_view target)>;

  Endpoint(std::vector<Service> services, Pages pages, Access access, Region default_region,
           const Clock& clock, Random& random, StoredObjects* objects = nullptr);

  http::Response Handle(const http::Request& request) const;

 private:
  http::Response Page(const http::Request& request) const;
  http::Response Call(const http::Request& request, const std::string& id) const;

  std::vector<Service> services_;
  Pages pages_;
  Access access_;
  Region default_region_;
  const Clock& clock_;
  Random& random_;
  StoredObjects* objects_;
};

}  // namespace ecm::endpoint
