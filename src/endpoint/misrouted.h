#pragma once

#include <string>

#include "base/error.h"
#include "http/server.h"

// Clients of other services come here when somebody points AWS_ENDPOINT_URL, which is meant for all
// services, at us. They are told so in the language that they read.

namespace ecm::endpoint {

/// What a client of `signing_name` ("s3", "sts") is told.
Error WrongService(const std::string& signing_name);

/// XML for S3 and for services with forms (STS, EC2), JSON for the rest; the code also in
/// x-amzn-ErrorType.
http::Response WrongServiceResponse(const http::Request& request, const std::string& signing_name,
                                    const std::string& request_id);

}  // namespace ecm::endpoint
