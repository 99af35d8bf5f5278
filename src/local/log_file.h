#pragma once

#include <filesystem>
#include <string_view>

// Logs lie where the programs of a step can reach them, and a program may have put anything in the
// place of one: a pipe that nobody reads, a link to /dev/zero. Nothing here waits for such a thing.

namespace ecm::local {

/// Whether it is a file of its own that can be read to its end.
bool IsLogFile(const std::filesystem::path& file);

/// Adds `text` at the end; what is no file of its own is left alone.
void AppendToLog(const std::filesystem::path& file, std::string_view text);

}  // namespace ecm::local
