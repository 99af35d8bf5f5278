#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aws/sigv4.h"

// The one form of a request that both sides of a signature hash ("Create a canonical request").

namespace ecm {

/// The request with these headers of it, whose names are lower-case and in ascending order.
/// `payload_hash` is the hexadecimal SHA-256 of the body.
std::string CanonicalRequest(const SignedParts& parts,
                             const std::vector<std::string>& signed_headers,
                             std::string_view payload_hash, PathStyle style);

/// "a;b;c"
std::string JoinHeaderNames(const std::vector<std::string>& names);

}  // namespace ecm
