#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"

namespace ecm::sfn_model {

/// maxResults: 100 where it is missing or 0.
std::size_t PageSize(const Json& request);

/// nextToken out of a number that tells where the next page begins, and back. `kind` tells the
/// tokens of the operations apart; InvalidToken for one that was not made for it.
std::string PageToken(std::string_view kind, std::uint64_t from);
Result<std::optional<std::uint64_t>> ReadPageToken(const Json& request, std::string_view kind);

}  // namespace ecm::sfn_model
