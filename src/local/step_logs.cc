#include "local/step_logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"
#include "local/gzip.h"
#include "local/log_file.h"

namespace ecm::local {
namespace {

constexpr std::array kLogNames{"controller", "stdout", "stderr"};

/// Spark's own spark.redaction.regex, and a few more.
constexpr std::array<std::string_view, 7> kSecretWords{
    "secret", "password", "passwd", "token", "access.key", "accesskey", "credential"};

bool NamesSecret(std::string_view key) {
  const std::string lower = ToLowerAscii(key);
  return std::ranges::any_of(kSecretWords, [&lower](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

long long Seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

Result<S3Uri> ClusterLogPrefix(const std::string& log_uri, const ClusterId& cluster) {
  auto uri = ParseS3Uri(log_uri);
  if (!uri) {
    return Fail(ErrorKind::kInvalidJob,
                "the LogUri \"" + ToOneLine(log_uri) + "\" is not of the form s3://BUCKET/PREFIX/");
  }
  while (uri->key.ends_with('/')) uri->key.pop_back();
  if (!uri->key.empty()) uri->key += '/';
  uri->key += cluster.str() + "/";
  return *std::move(uri);
}

Result<S3Uri> StepLogPrefix(const std::string& log_uri, const ClusterId& cluster,
                            const StepId& step) {
  ECM_TRY(S3Uri uri, ClusterLogPrefix(log_uri, cluster));
  uri.key += "steps/" + step.str() + "/";
  return uri;
}

Result<S3Uri> ContainerLogPrefix(const std::string& log_uri, const ClusterId& cluster,
                                 const DriverApplication& driver) {
  ECM_TRY(S3Uri uri, ClusterLogPrefix(log_uri, cluster));
  uri.key += "containers/" + driver.application + "/" + driver.container + "/";
  return uri;
}

Result<S3Uri> BootstrapLogPrefix(const std::string& log_uri, const ClusterId& cluster,
                                 const std::string& instance, std::size_t number) {
  ECM_TRY(S3Uri uri, ClusterLogPrefix(log_uri, cluster));
  uri.key += fmt::format("node/{}/bootstrap-actions/{}/", instance, number);
  return uri;
}

std::string ToText(const S3Uri& uri) { return "s3://" + uri.bucket + "/" + uri.key; }

Result<void> PublishLogs(const Buckets& buckets, const S3Uri& prefix,
                         const std::filesystem::path& folder) {
  for (const std::string name : kLogNames) {
    const std::filesystem::path plain = folder / name;
    if (!IsLogFile(plain)) continue;
    // Complete before it has its name: nobody reads half a log.
    const std::filesystem::path packed = folder / (name + ".gz");
    ECM_TRY_VOID(GzipFile(plain, packed));
    ECM_TRY_VOID(buckets.Put(packed, prefix.bucket, prefix.key + name + ".gz"));
  }
  return {};
}

std::string RedactedCommandLine(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    if (!line.empty()) line += ' ';
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos && NamesSecret(std::string_view(word).substr(0, equals))) {
      line += ToOneLine(word.substr(0, equals)) + "=*********(redacted)";
    } else {
      line += ToOneLine(word);
    }
  }
  return line;
}

ControllerLog::ControllerLog(std::filesystem::path file) : file_(std::move(file)) {
  std::error_code ignored;
  std::filesystem::remove(file_, ignored);
  AppendToLog(file_, "");
}

ControllerLog ControllerLog::At(std::filesystem::path file) {
  return ControllerLog(std::move(file), GoOn{});
}

void ControllerLog::Append(const std::string& text) { AppendToLog(file_, text); }

void ControllerLog::Starting(WallTime now, const std::string& jar,
                             const std::vector<std::string>& args) {
  constexpr std::string_view kJarFolder = "/var/lib/aws/emr/step-runner/hadoop-jars/";
  const std::string name = ToOneLine(jar);
  const bool is_path = name.find('/') != std::string::npos;
  Append(fmt::format("{} INFO Ensure step 1 jar file {}\nINFO startExec 'hadoop jar {}{} {}'\n",
                     ToIso8601(now), name, is_path ? "" : kJarFolder, name,
                     RedactedCommandLine(args)));
}

void ControllerLog::Note(WallTime now, std::string_view level, std::string_view text) {
  Append(fmt::format("{} {} {}\n", ToIso8601(now), level, ToOneLine(text)));
}

void ControllerLog::Ended(WallTime now, bool succeeded, int exit_code, Duration took) {
  Append(
      fmt::format("INFO waitProcessCompletion ended with exit code {}\n"
                  "INFO total process run time: {} seconds\n"
                  "{} {} Step {} with exitCode {} and took {} seconds\n",
                  exit_code, Seconds(took), ToIso8601(now), succeeded ? "INFO" : "WARN",
                  succeeded ? "succeeded" : "failed", exit_code, Seconds(took)));
}

}  // namespace ecm::local
