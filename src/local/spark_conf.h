#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace ecm::local {

using SparkConf = std::map<std::string, std::string>;

/// The configuration that makes folders of buckets: Hadoop's ViewFileSystemOverloadScheme for s3,
/// s3a and s3n, one mount for each bucket (design: local Spark without S3). `root` is DIR/s3.
SparkConf BucketConf(const std::filesystem::path& root, const std::vector<std::string>& buckets);

/// Whether a job may not set the key on a local cluster, because then it would not run there:
/// master, addresses, folders, the file systems of the buckets.
bool IsReserved(std::string_view key);

/// What the cluster's configurations (RunJobFlow's Configurations) mean for local Spark:
/// spark-defaults, the Hadoop and Hive sites as spark.hadoop.*, the exports of spark-env and
/// hadoop-env, maximizeResourceAllocation of "spark". Notes tell what has no effect here.
struct ClusterConf {
  SparkConf spark;
  std::string master;       ///< spark.master of spark-defaults; it is not in `spark`
  std::string deploy_mode;  ///< spark.submit.deployMode, the same
  bool maximize = false;
  std::map<std::string, std::string> exports;
  std::vector<std::string> notes;
};
ClusterConf ReadClusterConf(const Json& configurations);

/// A class that only Amazon's own builds of Spark and Hadoop have ("com.amazon.…").
bool NamesAmazonClass(std::string_view value);

/// A file: URI of an absolute path, percent-encoded.
std::string FileUri(const std::filesystem::path& path);

/// The text of a Java properties file in UTF-8, keys in order.
std::string ToProperties(const SparkConf& conf);

}  // namespace ecm::local
