#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "local/buckets.h"

namespace ecm::local {

/// A file that a step or a bootstrap action brings along.
struct FileToFetch {
  std::string what;              ///< "script", "jar"
  std::string source;            ///< s3://…, file:///… or an absolute path of this machine
  std::filesystem::path target;  ///< its folder exists
  bool executable = false;
};

/// Copies the file to its target; what was there is replaced.
/// Errors say which file, why, and for a bucket that is not there how to make it: kNotFound,
/// kAccessDenied, kInvalidJob for a source of another form.
Result<void> FetchFile(const FileToFetch& file, const Buckets& buckets);

}  // namespace ecm::local
