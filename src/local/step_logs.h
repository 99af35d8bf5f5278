#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"
#include "local/buckets.h"
#include "local/cluster_mode.h"

namespace ecm::local {

/// s3://{bucket}/{prefix}/{cluster}/ under a cluster's LogUri (facts: EMR API §6); kInvalidJob for
/// a LogUri that is no S3 URI.
Result<S3Uri> ClusterLogPrefix(const std::string& log_uri, const ClusterId& cluster);
/// …steps/{step}/
Result<S3Uri> StepLogPrefix(const std::string& log_uri, const ClusterId& cluster,
                            const StepId& step);
/// …containers/{application}/{container}/
Result<S3Uri> ContainerLogPrefix(const std::string& log_uri, const ClusterId& cluster,
                                 const DriverApplication& driver);
/// …node/{instance}/bootstrap-actions/{number}/, numbers from 1
Result<S3Uri> BootstrapLogPrefix(const std::string& log_uri, const ClusterId& cluster,
                                 const std::string& instance, std::size_t number);

/// "s3://bucket/key"
std::string ToText(const S3Uri& uri);

/// Gzips what there is of controller, stdout and stderr in `folder` into the bucket.
Result<void> PublishLogs(const Buckets& buckets, const S3Uri& prefix,
                         const std::filesystem::path& folder);

/// The command line as a log may show it: values of keys that name a secret are left out.
std::string RedactedCommandLine(const std::vector<std::string>& words);

/// The controller log of a step in EMR's format, without the environment. Lines appear at once; the
/// file is open only while one is written, for many steps may wait.
class ControllerLog {
 public:
  /// Begins anew.
  explicit ControllerLog(std::filesystem::path file);
  /// Goes on with what is there.
  static ControllerLog At(std::filesystem::path file);

  void Starting(WallTime now, const std::string& jar, const std::vector<std::string>& args);
  void Note(WallTime now, std::string_view level, std::string_view text);
  void Ended(WallTime now, bool succeeded, int exit_code, Duration took);

 private:
  struct GoOn {};
  ControllerLog(std::filesystem::path file, GoOn) : file_(std::move(file)) {}
  void Append(const std::string& text);

  std::filesystem::path file_;
};

}  // namespace ecm::local
