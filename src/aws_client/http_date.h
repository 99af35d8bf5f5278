#pragma once

#include <optional>
#include <string_view>

#include "base/time.h"

namespace ecm::aws_client {

/// "Tue, 24 Nov 2026 01:39:48 GMT", the form of the Date header (RFC 9110, 5.6.7). The two old
/// forms are nothing: no service writes them.
std::optional<WallTime> ParseHttpDate(std::string_view text);

}  // namespace ecm::aws_client
