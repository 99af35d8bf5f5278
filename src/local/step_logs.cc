#include "local/step_logs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "local/gzip.h"

namespace ecm::local {
namespace {

constexpr std::array kLogNames{"controller", "stdout", "stderr"};

/// Spark's own spark.redaction.regex, and a few more.
constexpr std::array<std::string_view, 7> kSecretWords{
    "secret", "password", "passwd", "token", "access.key", "accesskey", "credential"};

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return lower;
}

bool NamesSecret(std::string_view key) {
  const std::string lower = Lower(key);
  return std::ranges::any_of(kSecretWords, [&lower](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

long long Seconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::seconds>(duration).count();
}

}  // namespace

Result<S3Uri> StepLogPrefix(const std::string& log_uri, const ClusterId& cluster,
                            const StepId& step) {
  auto uri = ParseS3Uri(log_uri);
  if (!uri) {
    return Fail(ErrorKind::kInvalidJob,
                "the LogUri \"" + ToOneLine(log_uri) + "\" is not of the form s3://BUCKET/PREFIX/");
  }
  while (uri->key.ends_with('/')) uri->key.pop_back();
  if (!uri->key.empty()) uri->key += '/';
  uri->key += cluster.str() + "/steps/" + step.str() + "/";
  return *std::move(uri);
}

Result<void> PublishStepLogs(const Buckets& buckets, const S3Uri& prefix,
                             const std::filesystem::path& work_dir) {
  for (const std::string name : kLogNames) {
    const std::filesystem::path plain = work_dir / name;
    std::error_code error;
    if (!std::filesystem::exists(plain, error)) continue;
    // Complete before it has its name: nobody reads half a log.
    const std::filesystem::path packed = work_dir / (name + ".gz");
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

void ControllerLog::Starting(WallTime now, const std::string& jar,
                             const std::vector<std::string>& args) {
  const std::string time = ToIso8601(now);
  out_ << time << " INFO Ensure step 1 jar file " << ToOneLine(jar) << "\n"
       << "INFO startExec 'hadoop jar /var/lib/aws/emr/step-runner/hadoop-jars/" << ToOneLine(jar)
       << " " << RedactedCommandLine(args) << "'\n"
       << std::flush;
}

void ControllerLog::Note(WallTime now, std::string_view level, std::string_view text) {
  out_ << ToIso8601(now) << " " << level << " " << ToOneLine(text) << "\n" << std::flush;
}

void ControllerLog::Ended(WallTime now, bool succeeded, int exit_code, Duration took) {
  out_ << "INFO waitProcessCompletion ended with exit code " << exit_code << "\n"
       << "INFO total process run time: " << Seconds(took) << " seconds\n"
       << ToIso8601(now)
       << fmt::format(" {} Step {} with exitCode {} and took {} seconds\n",
                      succeeded ? "INFO" : "WARN", succeeded ? "succeeded" : "failed", exit_code,
                      Seconds(took))
       << std::flush;
}

}  // namespace ecm::local
