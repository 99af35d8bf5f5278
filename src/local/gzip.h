#pragma once

#include <filesystem>

#include "base/result.h"

namespace ecm::local {

/// Compresses `from` into the new file `to` (RFC 1952).
Result<void> GzipFile(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace ecm::local
