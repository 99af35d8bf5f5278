#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ecm::local_stack {

/// One folder that a job has written.
struct Output {
  std::string uri;  ///< "s3://bucket/key/"
  std::filesystem::path folder;
  std::size_t files = 0;  ///< data files
  std::uintmax_t bytes = 0;
  std::vector<std::string> first_rows;  ///< of text formats; raw, not fit for a terminal yet
};

/// The folders under the buckets whose _SUCCESS marker was written at `since` or later, in the
/// order of their names; the log bucket is left out. Looks at no more than 100,000 entries.
std::vector<Output> FindOutputs(const std::filesystem::path& buckets, const std::string& log_bucket,
                                std::filesystem::file_time_type since, std::size_t max_rows);

}  // namespace ecm::local_stack
