#pragma once

#include <string_view>

#include "base/ids.h"
#include "base/json.h"

namespace ecm {

/// Amazon EMR as one call: the operation's name and its request in, its answer out, both in the
/// shapes of the service model 2009-03-31 (timestamps are epoch seconds, operations without output
/// answer {}). Signed HTTP and the built-in EMR model implement it.
///
/// Errors: `code` is the service's (ValidationException, InvalidRequestException,
/// ThrottlingException, …); `kind` tells what may be done: kUnknownOutcome wherever the request
/// may have been applied, kNotFound for ids that the region does not know.
class EmrApi {
 public:
  virtual ~EmrApi() = default;
  virtual Result<Json> Call(const Region& region, std::string_view operation,
                            const Json& request) = 0;
};

/// The kind of a service error by its code and message; both dialects of "bad input" and "no such
/// cluster" are one kind each (facts: EMR API, errors).
ErrorKind EmrErrorKind(std::string_view code, std::string_view message);

}  // namespace ecm
