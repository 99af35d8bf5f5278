#pragma once

#include <filesystem>

#include "base/result.h"

namespace ecm::local_stack {

/// The folder that holds everything of the laptop's stack (buckets, notices, records, the job
/// store), held by one process at a time.
class StateFolder {
 public:
  /// Makes the folder where there is none and locks it. kConflict while another process has it.
  static Result<StateFolder> Open(const std::filesystem::path& path);

  StateFolder(StateFolder&& other) noexcept;
  StateFolder& operator=(StateFolder&&) = delete;
  ~StateFolder();

  const std::filesystem::path& path() const { return path_; }  ///< absolute
  std::filesystem::path Buckets() const { return path_ / "s3"; }
  /// Where steps run; endpoint::page::kWorkBucket is its name.
  std::filesystem::path Work() const { return path_ / "work"; }
  /// Writes the lock file anew: its time is "now" as the file system tells it.
  std::filesystem::path Touch() const;
  std::filesystem::path JobStore() const { return path_ / "jobs.sqlite"; }
  /// Clusters and executions of `local serve`.
  std::filesystem::path Documents() const { return path_ / "stack.sqlite"; }

 private:
  StateFolder(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace ecm::local_stack
