#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/object_store.h"
#include "endpoint/endpoint.h"
#include "env/clock.h"
#include "http/server.h"

namespace ecm::endpoint::page {

/// Where the pages take everything from: the calls that clients make too, and the logs.
struct Sources {
  ServiceCall emr;
  ServiceCall step_functions;
  std::function<std::vector<Region>()> regions;  ///< those that have something, in any order
  ObjectStore& objects;
  const Clock& clock;
  std::function<std::string()> url;  ///< "http://127.0.0.1:8367": for the commands that are shown
  std::string buckets_folder;        ///< "/data/.emrctl/s3": for the hints
  Region default_region;
  /// What has not reached a bucket: "{cluster}/{step}/stderr" in the bucket kWorkBucket.
  ObjectStore& work;
  std::string work_folder;  ///< "/data/.emrctl/work": for the hints
  /// What is other here than at AWS for a cluster, as DescribeCluster tells it.
  std::function<std::vector<std::string>(const Json& cluster)> notes;
};

inline constexpr const char* kWorkBucket = "work";

/// The page at `target`, nothing where there is none:
///   /                        clusters and executions, newest first; ?before= older clusters
///   /clusters/{id}           one cluster; ?marker= older steps
///   /executions/{arn}        one execution
///   /machines/{arn}          the executions of a state machine; ?token= older ones
///   /logs/{bucket}/{key}     the end of a log; a list where the key is empty or ends with "/"
///   /live/{cluster}/{log}    the end of a log that is still written, or found no bucket
/// Everything that is shown may have been written by a job; it is text and nothing else.
std::optional<http::Response> Page(const Sources& sources, std::string_view target);

}  // namespace ecm::endpoint::page
