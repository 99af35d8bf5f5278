#pragma once

#include <string_view>

namespace ecm::http {

/// Amazon Root CA 1 to 4 and Starfield Services Root CA G2 in PEM, as the build machine's
/// ca-certificates has them: TrustRoots::embedded_pem for a program that speaks to AWS alone.
extern const std::string_view kAmazonRoots;

}  // namespace ecm::http
