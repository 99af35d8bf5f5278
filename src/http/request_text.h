#pragma once

#include <string>

#include "env/http_transport.h"

namespace ecm::http {

/// Whether it can be written as it is: a method that is a token, a target without blanks, headers
/// without line breaks. kInvalidJob says what is wrong, without the value.
Result<void> CheckWritable(const HttpRequest& request);

/// The request line, the headers and the empty line after them. `target` stands in for the
/// request's own where a proxy wants the whole URL; `proxy_authorization` is left out where "".
std::string WriteRequestHead(const HttpRequest& request, const std::string& target,
                             const std::string& proxy_authorization);

}  // namespace ecm::http
