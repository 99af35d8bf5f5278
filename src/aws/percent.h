#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ecm {

/// Everything but unreserved characters (RFC 3986) as %XX, and "/" where it is kept.
std::string PercentEncode(std::string_view text, std::string_view kept = {});

/// "Action=Publish&Message=hi%20there"
std::string FormEncode(const std::vector<std::pair<std::string, std::string>>& parameters);

}  // namespace ecm
