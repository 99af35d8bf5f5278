#pragma once

#include <string>

#include "aws_client/exchange.h"

namespace ecm::aws_client {

/// The error that a caller gets of a refusal: what was asked where, what the service said, and
/// what a person can do about it. Neither secret key nor session token is in it, even where the
/// service repeats them.
Error Refusal(const Exchange& exchange, const ServiceError& error,
              const aws_config::ResolvedCredentials& used, const HttpResponse& response);

/// What to do where no answer came, or none that can be read: "; try again later".
std::string AdviceWithoutAnswer(const Exchange& exchange);

/// "RunJobFlow in eu-west-1", "GetObject s3://logs/…".
std::string What(const Exchange& exchange);

}  // namespace ecm::aws_client
