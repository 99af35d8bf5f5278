#pragma once

#include <string>
#include <string_view>

namespace ecm {

/// Removes what looks like a credential: access key ids, values after "password=", "secret…:",
/// "token=", user names and passwords inside URLs.
std::string RedactSecrets(std::string_view text);

}  // namespace ecm
