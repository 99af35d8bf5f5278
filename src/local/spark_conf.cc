#include "local/spark_conf.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ecm::local {
namespace {

constexpr std::array<std::string_view, 3> kSchemes{"s3", "s3a", "s3n"};
constexpr std::string_view kMounts = "spark.hadoop.fs.viewfs.mounttable.";

constexpr std::array<std::string_view, 13> kReserved{"spark.driver.bindAddress",
                                                     "spark.driver.host",
                                                     "spark.hadoop.fs.bucketdir.impl",
                                                     "spark.jars.ivy",
                                                     "spark.local.dir",
                                                     "spark.local.ip",
                                                     "spark.master",
                                                     "spark.remote",
                                                     "spark.pyspark.driver.python",
                                                     "spark.pyspark.python",
                                                     "spark.submit.deployMode",
                                                     "spark.ui.enabled",
                                                     "spark.ui.port"};

/// The classifications whose properties are Hadoop's.
constexpr std::array<std::string_view, 8> kHadoopSites{
    "core-site", "hdfs-site",  "mapred-site",     "yarn-site",
    "hive-site", "emrfs-site", "spark-hive-site", "httpfs-site"};

bool IsUnreservedInPath(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/-._~").find(c) != std::string_view::npos;
}

void AppendEscaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\f':
        out += "\\f";
        break;
      case ' ':
      case '\\':
      case '=':
      case ':':
      case '#':
      case '!':
        out += '\\';
        out += c;
        break;
      default:
        out += c;
    }
  }
}

template <class F>
void ForEachProperty(const Json& classification, F&& use) {
  const Json* properties = Find(classification, "Properties");
  if (properties == nullptr || !properties->is_object()) return;
  for (const auto& [key, value] : properties->get_object()) {
    if (value.is_string()) use(std::string(key), std::string(value.get_string()));
  }
}

void AddSpark(ClusterConf& conf, const std::string& key, const std::string& value) {
  if (key == "spark.master") {
    conf.master = value;
  } else if (key == "spark.submit.deployMode") {
    conf.deploy_mode = value;
  } else if (IsReserved(key) || NamesAmazonClass(value)) {
    conf.notes.push_back("the cluster's " + ToOneLine(key) + " does not apply to local Spark");
  } else {
    conf.spark[key] = value;
  }
}

}  // namespace

SparkConf BucketConf(const std::filesystem::path& root, const std::vector<std::string>& buckets) {
  SparkConf conf;
  for (const std::string_view scheme : kSchemes) {
    conf[fmt::format("spark.hadoop.fs.{}.impl", scheme)] =
        "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme";
    // Asked for a bucket that has no mount: it fails with the URI in its message. Hadoop's default
    // for s3a is a class of hadoop-aws, and that this is missing helps nobody.
    conf[fmt::format("spark.hadoop.fs.viewfs.overload.scheme.target.{}.impl", scheme)] =
        "org.apache.hadoop.fs.viewfs.ViewFileSystem";
    // Hadoop's default for s3a is a class of hadoop-aws.
    conf[fmt::format("spark.hadoop.mapreduce.outputcommitter.factory.scheme.{}", scheme)] =
        "org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory";
  }
  // No .crc files beside the objects. A scheme of their own: with the raw file system as file://
  // much of Hadoop (sc.textFile, newAPIHadoopFile) fails with a ClassCastException.
  conf["spark.hadoop.fs.bucketdir.impl"] = "org.apache.hadoop.fs.RawLocalFileSystem";
  for (const std::string& bucket : buckets) {
    conf[fmt::format("{}{}.linkFallback", kMounts, bucket)] =
        "bucketdir" + FileUri(root / bucket).substr(std::string_view("file").size());
  }
  return conf;
}

bool IsReserved(std::string_view key) {
  if (std::ranges::find(kReserved, key) != kReserved.end()) return true;
  if (key.starts_with(kMounts)) return true;
  return std::ranges::any_of(kSchemes, [key](std::string_view scheme) {
    return key == fmt::format("spark.hadoop.fs.{}.impl", scheme) ||
           key == fmt::format("spark.hadoop.fs.viewfs.overload.scheme.target.{}.impl", scheme) ||
           key == fmt::format("spark.hadoop.mapreduce.outputcommitter.factory.scheme.{}", scheme);
  });
}

bool NamesAmazonClass(std::string_view value) { return value.starts_with("com.amazon."); }

ClusterConf ReadClusterConf(const Json& configurations) {
  ClusterConf conf;
  if (!configurations.is_array()) return conf;
  for (const Json& classification : configurations.get_array()) {
    const std::string name = StringOr(classification, "Classification");
    if (name == "spark-defaults") {
      ForEachProperty(classification, [&](const std::string& key, const std::string& value) {
        AddSpark(conf, key, value);
      });
    } else if (std::ranges::find(kHadoopSites, name) != kHadoopSites.end()) {
      ForEachProperty(classification, [&](const std::string& key, const std::string& value) {
        AddSpark(conf, "spark.hadoop." + key, value);
      });
    } else if (name == "spark") {
      ForEachProperty(classification, [&](const std::string& key, const std::string& value) {
        if (key == "maximizeResourceAllocation") {
          conf.maximize = value == "true";
        } else {
          conf.notes.push_back("the cluster's " + ToOneLine(key) +
                               " of \"spark\" does not apply to local Spark");
        }
      });
    } else if (name == "spark-env" || name == "hadoop-env") {
      for (const Json& inner : FindArray(classification, "Configurations")) {
        if (StringOr(inner, "Classification") != "export") continue;
        ForEachProperty(inner, [&](const std::string& key, const std::string& value) {
          conf.exports[key] = value;
        });
      }
    } else {
      conf.notes.push_back("the configuration \"" + ToOneLine(name) +
                           "\" does not apply to local Spark");
    }
  }
  return conf;
}

std::string FileUri(const std::filesystem::path& path) {
  std::string uri = "file://";
  for (const char c : path.string()) {
    if (IsUnreservedInPath(c)) {
      uri += c;
    } else {
      uri += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return uri;
}

std::string ToProperties(const SparkConf& conf) {
  std::string text;
  for (const auto& [key, value] : conf) {
    AppendEscaped(text, key);
    text += '=';
    AppendEscaped(text, value);
    text += '\n';
  }
  return text;
}

}  // namespace ecm::local
