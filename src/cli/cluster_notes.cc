#include "cli/cluster_notes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "emr_model/releases.h"

namespace ecm::cli {
namespace {

/// Of the Spark that steps run on here, whatever release their cluster names.
constexpr std::string_view kLocalLine = "3.5";

/// "3.4.1"; "" for a release that is not known.
std::string SparkOf(const std::string& release_label) {
  const auto& known = emr_model::KnownReleases();
  const auto release = std::ranges::find(known, release_label, &emr_model::Release::label);
  if (release == known.end()) return {};
  for (const Json& application : release->applications) {
    if (StringOr(application, "Name") == "Spark") return StringOr(application, "Version");
  }
  return {};
}

std::string ReleaseNote(const std::string& release_label) {
  const std::string spark = SparkOf(release_label);
  if (spark.starts_with(std::string(kLocalLine) + ".")) return {};
  const std::string label = ToOneLine(TruncateUtf8(release_label, 64));
  const std::string here =
      fmt::format("steps run on this machine's Spark {}, which stands for emr-7.x", kLocalLine);
  if (spark.empty()) {
    const auto& known = emr_model::KnownReleases();
    return fmt::format("release {} is not known here (known are {} to {}): {}", label,
                       known.back().label, known.front().label, here);
  }
  return fmt::format("release {} has Spark {}, but {}", label, spark, here);
}

std::string LogNote(const std::string& log_uri, const local::Buckets& buckets) {
  if (log_uri.empty()) return {};
  const auto uri = local::ParseS3Uri(log_uri);
  const std::string stay = "; until then logs stay in the folder work of the state folder";
  if (!uri) {
    return "the LogUri " + ToOneLine(TruncateUtf8(log_uri, 256)) +
           " is not of the form s3://BUCKET/PREFIX/: logs stay in the folder work of the state "
           "folder";
  }
  if (buckets.Has(uri->bucket)) return {};
  return "of the LogUri: " + buckets.NoSuchBucket(uri->bucket).message + stay;
}

}  // namespace

std::vector<std::string> ClusterNotes(const std::string& release_label, const std::string& log_uri,
                                      const local::Buckets& buckets) {
  std::vector<std::string> notes{ReleaseNote(release_label), LogNote(log_uri, buckets)};
  std::erase(notes, "");
  return notes;
}

}  // namespace ecm::cli
