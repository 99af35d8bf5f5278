#include "cli/account/logs_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/account/function_logs.h"
#include "cli/account/progress.h"

namespace ecm::cli {
namespace {

/// Of one log: what a person can read, and a machine keep.
constexpr std::size_t kMostBytes = std::size_t{8} * 1024 * 1024;
constexpr std::size_t kMostContainers = 1000;
/// EMR copies logs to the bucket about so often (facts: EMR API, logs).
constexpr Duration kCopied = std::chrono::minutes{5};

/// Where the logs of one cluster are.
struct LogPlace {
  Region region;
  std::string bucket;
  std::string prefix;                                      ///< "emr/dev/j-…/"
  std::vector<std::pair<std::string, std::string>> steps;  ///< name and id
  bool growing = false;                                    ///< what is not there may yet come
};

struct LogFile {
  std::string title;
  std::string key;
};

/// "s3://bucket/prefix/" (EMR may say s3n) → {bucket, "prefix/"}
std::optional<std::pair<std::string, std::string>> SplitUri(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  uri.remove_prefix(scheme + 3);
  const std::size_t slash = std::min(uri.find('/'), uri.size());
  std::string prefix(uri.substr(std::min(slash + 1, uri.size())));
  if (!prefix.empty() && !prefix.ends_with('/')) prefix += '/';
  if (slash == 0) return std::nullopt;
  return std::pair{std::string(uri.substr(0, slash)), std::move(prefix)};
}

Result<LogPlace> PlaceOf(const Progress& progress, WallTime now) {
  const JobCluster& cluster = progress.cluster;
  const std::string& name = progress.execution.name;
  if (cluster.id.empty()) {
    return Fail(ErrorKind::kNotFound,
                progress.execution.IsRunning()
                    ? name + " has no cluster yet, and so no logs: look at it with emrctl status"
                    : name +
                          " ended without a cluster, and so without logs: emrctl status says "
                          "why");
  }
  if (!cluster.told) return Fail(cluster.problem_kind, cluster.problem);
  const auto split = SplitUri(cluster.told->log_uri);
  if (!split) {
    return Fail(ErrorKind::kNotFound,
                fmt::format("cluster {} keeps no logs: give the job a log_bucket, or its stack "
                            "one for all jobs",
                            cluster.id.str()));
  }
  LogPlace place{cluster.region, split->first, split->second + cluster.id.str() + "/", {}, false};
  for (const Step& step : cluster.steps) place.steps.emplace_back(step.name, step.id.str());
  place.growing = !cluster.told->ended || now - *cluster.told->ended < kCopied;
  return place;
}

/// The first container of an application is the one of its driver where Spark runs in cluster mode;
/// in client mode, which our jobs have, the driver's output is the step's.
Result<std::vector<LogFile>> DriverLogs(const Account& account, const LogPlace& place) {
  ECM_TRY(const std::vector<std::string> keys,
          account.objects.ListKeys(place.region, place.bucket, place.prefix + "containers/",
                                   kMostContainers));
  std::vector<LogFile> files;
  for (const std::string& key : keys) {
    const bool first = key.find("_000001/std") != std::string::npos;
    if (first) files.push_back({key.substr(place.prefix.size()), key});
  }
  return files;
}

std::vector<LogFile> StepLogs(const LogPlace& place, const std::vector<std::string>& streams) {
  std::vector<LogFile> files;
  for (const auto& [name, id] : place.steps) {
    for (const std::string& stream : streams) {
      files.push_back({fmt::format("{} {}", name, stream),
                       fmt::format("{}steps/{}/{}.gz", place.prefix, id, stream)});
    }
  }
  return files;
}

Result<std::vector<LogFile>> FilesOf(const Account& account, const LogPlace& place,
                                     const std::string& stream) {
  if (stream.empty()) return StepLogs(place, {"stdout", "stderr"});
  if (stream != "driver") return StepLogs(place, {stream});
  ECM_TRY(std::vector<LogFile> files, DriverLogs(account, place));
  if (files.empty()) return StepLogs(place, {"stdout", "stderr"});
  return files;
}

/// The last `lines` lines of `text`.
std::string_view LastLines(std::string_view text, std::size_t lines) {
  std::size_t begin = text.size();
  if (begin > 0 && text.back() == '\n') --begin;
  for (; begin > 0; --begin) {
    if (text[begin - 1] == '\n' && --lines == 0) break;
  }
  return text.substr(begin);
}

std::string WithoutTabs(std::string_view line) {
  std::string text;
  for (const char character : line) {
    if (character == '\t') {
      text += "    ";
    } else {
      text += character;
    }
  }
  return text;
}

/// Lines as they are, made fit for a terminal: whose they are nobody knows.
void Print(std::string_view text, Console& console) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    console.Out(ToOneLine(WithoutTabs(text.substr(0, end))));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Result<std::string> Read(const Account& account, const LogPlace& place, const LogFile& file) {
  const std::string uri = "s3://" + place.bucket + "/" + file.key;
  Result<std::string> text =
      account.objects.ReadTail(place.region, place.bucket, file.key, kMostBytes);
  if (text) return text;
  Error error = text.error();
  switch (error.kind) {
    case ErrorKind::kNotFound:
      error.message = uri + " is not there" +
                      (place.growing ? " yet: EMR copies logs about every five minutes and when "
                                       "the cluster ends"
                                     : ": the cluster's role may not write there, or somebody has "
                                       "removed it");
      break;
    case ErrorKind::kAccessDenied:
      error.message = uri + " may not be read (" + error.message +
                      "): it takes s3:GetObject there, and s3:ListBucket on the bucket";
      break;
    default:
      error.message = uri + ": " + error.message;
  }
  return Fail(std::move(error));
}

}  // namespace

ExitCode RunLogs(const Account& account, const LogsOptions& options, Context& context) {
  const Result<NamedExecution> execution = FindExecution(account, options.account, options.id);
  if (!execution) return RefuseCall(execution.error(), context);
  if (options.stream == "functions") {
    return PrintFunctionLogs(account, *execution, options, context);
  }
  const Result<Progress> progress = ProgressReader(account, *execution).Look();
  if (!progress) return RefuseCall(progress.error(), context);
  const Result<LogPlace> place = PlaceOf(*progress, context.clock.Wall());
  if (!place) return RefuseCall(place.error(), context);
  const auto files = FilesOf(account, *place, options.stream);
  if (!files) return RefuseCall(files.error(), context);

  std::optional<Error> first_problem;
  bool any = false;
  for (const LogFile& file : *files) {
    const Result<std::string> text = Read(account, *place, file);
    if (!text) {
      if (!first_problem) first_problem = text.error();
      continue;
    }
    any = true;
    if (files->size() > 1) context.console.Err("==> " + ToOneLine(file.title));
    if (text->size() >= kMostBytes) {
      context.console.Err(
          fmt::format("  only the last 8 MiB of s3://{}/{}", place->bucket, ToOneLine(file.key)));
    }
    Print(options.tail == 0 ? std::string_view(*text) : LastLines(*text, options.tail),
          context.console);
  }
  if (any) return ExitCode::kSuccess;
  if (first_problem) return RefuseCall(*first_problem, context);
  return RefuseCall({ErrorKind::kNotFound, "the cluster has no steps, and so no logs", ""},
                    context);
}

}  // namespace ecm::cli
