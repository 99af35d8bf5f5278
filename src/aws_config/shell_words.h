#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecm::aws_config {

/// Words as a POSIX shell splits them, with quotes and backslashes but without any expansion (what
/// Python's shlex.split does, which the SDKs read names and commands with). Nothing where a quote
/// or a backslash at the end leaves a word open.
std::optional<std::vector<std::string>> SplitShellWords(std::string_view text);

}  // namespace ecm::aws_config
