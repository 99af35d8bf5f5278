#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "local/buckets.h"

// Steps and bootstrap actions that a process which was killed has left behind.

namespace ecm::local {

/// Where the logs of what runs in a folder shall lie one day, S3 URIs.
struct LogPlaces {
  std::string logs;
  std::string container_logs;  ///< of a driver in cluster mode, "" without one
};

/// Writes the places beside the folder ("…/s-1" → "…/s-1.json"), for SettleLeftover.
Result<void> KeepLogPlaces(const std::filesystem::path& folder, const LogPlaces& places);
/// The folder's logs are where they belong, or stay where they are.
void ForgetLogPlaces(const std::filesystem::path& folder);

/// The folders of steps and bootstrap actions in {state_dir}/work, in order. Nobody else may use
/// them meanwhile. A step may have put a link in the place of its folder: links are not followed.
std::vector<std::filesystem::path> FindLeftovers(const std::filesystem::path& state_dir);

/// Puts what was written of the logs where they belong and removes the folder; where no place is
/// known or its bucket is not there, only the temporary files go. What a person should know of it,
/// "" for nothing.
std::string SettleLeftover(const std::filesystem::path& folder, const Buckets& buckets,
                           WallTime now);

}  // namespace ecm::local
