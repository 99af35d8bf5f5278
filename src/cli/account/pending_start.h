#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace ecm::cli {

/// The name of an execution that is about to be started, on disk before AWS is asked. Whoever does
/// not learn the answer (a lost connection, a kill) finds the name again and asks with it, so that
/// one job is not started twice. The file is held by one process at a time and exists only while
/// the answer is not known.
class PendingStart {
 public:
  /// Waits while another process starts the same thing. `key` tells apart what is started where.
  static Result<PendingStart> Open(const std::filesystem::path& folder, const std::string& key);

  PendingStart(PendingStart&& other) noexcept;
  PendingStart& operator=(PendingStart&&) = delete;
  ~PendingStart();

  /// What an earlier process stored and did not settle; "" where there is nothing.
  const std::string& name() const { return name_; }
  /// Returns when the name is on disk.
  Result<void> Store(const std::string& name);
  /// The answer is known.
  Result<void> Settle();

 private:
  PendingStart(std::filesystem::path file, int descriptor, std::string name)
      : file_(std::move(file)), descriptor_(descriptor), name_(std::move(name)) {}

  std::filesystem::path file_;
  int descriptor_;
  std::string name_;
};

}  // namespace ecm::cli
