#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "env/http_transport.h"

namespace ecm::aws_client {

/// What a service said when it refused a call.
struct ServiceError {
  unsigned status = 0;
  std::string code;     ///< without namespace and suffix; "" where nothing tells
  std::string message;  ///< the service's own, one line; "" where nothing tells
  std::string region;   ///< of S3: where the bucket is
};

/// Reads any answer that is no success: JSON ({"__type", "message"}), XML of the query services and
/// of S3, the headers x-amzn-ErrorType and x-amz-bucket-region, or none of them (an empty body, the
/// page of a proxy). The body tells its form itself, whatever its protocol promised.
ServiceError ReadServiceError(const HttpResponse& response);

/// What a caller can do about it. `signing_name` tells services apart whose codes mean different
/// things. Codes that no rule knows are judged by the status.
ErrorKind KindOf(std::string_view signing_name, const ServiceError& error);

/// The signature was refused in a way that a wrong clock explains.
bool MayBeSkew(std::string_view code);
/// The credentials were good once.
bool IsExpired(std::string_view code);

}  // namespace ecm::aws_client
