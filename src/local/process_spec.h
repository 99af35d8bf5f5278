#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ecm::local {

/// A program to start, without a shell in between.
struct ProcessSpec {
  std::vector<std::string> argv;  ///< argv[0] with a '/' is a path, else looked up in env's PATH
  std::vector<std::string> env;   ///< "NAME=value": the whole environment, nothing is inherited
  std::filesystem::path cwd;
  std::filesystem::path stdout_file;  ///< truncated; stdin is /dev/null
  std::filesystem::path stderr_file;
};

/// The form in which a specification travels to the supervisor: its length in decimal, a newline,
/// then NUL-terminated strings. Fails for strings with a NUL inside and for an empty argv.
Result<std::string> EncodeSpec(const ProcessSpec& spec);
/// The inverse, without the length line.
Result<ProcessSpec> DecodeSpec(std::string_view payload);

}  // namespace ecm::local
