#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "http/socket_stream.h"

namespace ecm::http {

/// The addresses of a name, at most eight, in the order in which to try them. An address is its
/// own; "localhost" and names that end so are this machine whatever DNS says (RFC 6761, 6.3).
/// kUnavailable with the reason alone: "the name is not known", "no answer in time".
Result<std::vector<SocketAddress>> Resolve(const std::string& host, std::uint16_t port,
                                           const Deadline& deadline);

}  // namespace ecm::http
