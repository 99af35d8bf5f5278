#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "local/buckets.h"

namespace ecm::local {

/// s3://{bucket}/{prefix}/{cluster}/steps/{step}/ under a cluster's LogUri (facts: EMR API §6);
/// kInvalidJob for a LogUri that is no S3 URI.
Result<S3Uri> StepLogPrefix(const std::string& log_uri, const ClusterId& cluster,
                            const StepId& step);

/// Gzips the plain files of `work_dir` (controller, stdout, stderr) into the bucket.
Result<void> PublishStepLogs(const Buckets& buckets, const S3Uri& prefix,
                             const std::filesystem::path& work_dir);

/// The command line as a log may show it: values of keys that name a secret are left out.
std::string RedactedCommandLine(const std::vector<std::string>& words);

/// The controller log of a step in EMR's format, without the environment. Lines appear at once.
class ControllerLog {
 public:
  explicit ControllerLog(const std::filesystem::path& file) : out_(file, std::ios::trunc) {}

  void Starting(WallTime now, const std::string& jar, const std::vector<std::string>& args);
  void Note(WallTime now, std::string_view level, std::string_view text);
  void Ended(WallTime now, bool succeeded, int exit_code, Duration took);

 private:
  std::ofstream out_;
};

}  // namespace ecm::local
