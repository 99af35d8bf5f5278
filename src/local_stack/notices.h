#pragma once

#include <filesystem>

#include "base/json.h"
#include "base/time.h"

namespace ecm::local_stack {

/// The topic of the laptop: writes the parameters of an sns:publish as a file under `folder`, named
/// by the time and the message's id, and answers its path.
Result<std::filesystem::path> WriteNotice(const std::filesystem::path& folder,
                                          const std::string& message_id, const Json& publish,
                                          WallTime now);

/// Writes `text` so that a reader finds the whole file or none.
Result<void> WriteWhole(const std::filesystem::path& file, std::string_view text);

}  // namespace ecm::local_stack
