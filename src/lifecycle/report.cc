#include "base/text.h"
#include "diagnose/log_cause.h"
#include "lifecycle/document.h"
#include "lifecycle/handlers.h"
#include "lifecycle/outcome.h"
#include "lifecycle/record.h"

namespace ecm::lifecycle {
namespace {

constexpr std::size_t kLogTail = std::size_t{256} * 1024;

/// "s3://bucket/prefix/" → {bucket, "prefix/"}
std::optional<std::pair<std::string, std::string>> SplitUri(std::string_view uri) {
  const std::size_t scheme = uri.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  uri.remove_prefix(scheme + 3);
  const std::size_t slash = uri.find('/');
  if (slash == std::string_view::npos) return std::pair{std::string(uri), std::string()};
  return std::pair{std::string(uri.substr(0, slash)), std::string(uri.substr(slash + 1))};
}

/// A log that is late may come yet; one whose bucket is missing or closed does not.
bool IsLasting(const Error& error) {
  return error.kind == ErrorKind::kAccessDenied || error.code == "NoSuchBucket";
}

/// One log of a step, "" where it is late, missing or denied: that is no reason to be silent, the
/// cause then says what EMR says.
std::string ReadStepLog(const JobRecord& record, const std::string& step_id, const char* file,
                        Ports& ports, std::string& trouble) {
  const auto place = SplitUri(record.log_uri);
  if (!place) return {};
  const std::string key = place->second + record.cluster.str() + "/steps/" + step_id + "/" + file;
  Result<std::string> log = ports.objects.ReadTail(record.region, place->first, key, kLogTail);
  if (log) return *std::move(log);
  ports.log.Warning("the log of a failed step cannot be read",
                    {{"key", key}, {"error", log.error().message}});
  if (IsLasting(log.error())) trouble = log.error().message;
  return {};
}

/// What the logs of the failed step name as the cause.
LogFindings ReadLogs(const Json& document, const JobRecord& record, Ports& ports) {
  LogFindings found;
  const Json* inspection = Find(document, "inspection");
  if (inspection == nullptr || record.cluster.empty()) return found;
  for (const Json& step : FindArray(*inspection, "steps")) {
    if (StringOr(step, "state") != "FAILED") continue;
    const std::string id = StringOr(step, "id");
    const std::string out = ReadStepLog(record, id, "stdout.gz", ports, found.trouble);
    const std::string err = ReadStepLog(record, id, "stderr.gz", ports, found.trouble);
    const auto cause = FindLogCause({out, err, std::nullopt});
    if (!cause) continue;
    found.cause = cause->line;
    return found;
  }
  return found;
}

/// The record with its outcome, which is stored once: a second call gets the first one's.
Result<JobRecord> StoreOutcome(const Json& document, const ExecutionIdentity& execution,
                               Ports& ports) {
  const JobRecord blank = BlankRecord(execution.arn, Region(), execution.started);
  return UpsertRecord(ports.jobs, blank, [&](JobRecord& record) {
    if (record.outcome) return false;
    const LogFindings logs = ReadLogs(document, record, ports);
    const JobRecord* known = record.revision == 0 ? nullptr : &record;
    record.outcome = MakeOutcome(document, known, logs, ports.clock.Wall());
    record.verdict = StringOr(*record.outcome, "verdict");
    const Json* release = Find(document, "release");
    record.released = release != nullptr && FindBool(*release, "verified").value_or(false);
    return true;
  });
}

}  // namespace

Result<Json> Report(const Json& event, Ports& ports) {
  ECM_TRY(const ExecutionIdentity execution, ReadIdentity(event));
  if (Find(event, "published") != nullptr) {
    ECM_TRY_VOID(
        UpdateRecord(ports.jobs, execution.arn, [](JobRecord& latest) { latest.notified = true; }));
    return JsonObject{};
  }
  ECM_TRY(const JobRecord record, StoreOutcome(event, execution, ports));
  const Json& outcome = *record.outcome;
  ports.log.Info("job ended", {{"verdict", StringOr(outcome, "verdict")},
                               {"cluster_id", StringOr(outcome, "cluster_id")}});
  // The cluster's name tells stage, job, resource and execution; an invalid job never had one.
  const std::string& label = record.cluster_name.empty() ? execution.name : record.cluster_name;
  JsonObject document = NewDocument(execution);
  document["notice"] = MakeNotice(outcome, ports.stack.stage, label);
  document["failure"] =
      JsonObject{{"error", StringOr(outcome, "verdict")}, {"cause", ToText(outcome)}};
  document["outcome"] = outcome;
  return document;
}

}  // namespace ecm::lifecycle
