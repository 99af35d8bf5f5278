#include <algorithm>

#include "lifecycle/document.h"
#include "lifecycle/handlers.h"
#include "lifecycle/record.h"
#include "lifecycle/wake_job.h"

namespace ecm::lifecycle {
namespace {

/// Somebody came before the token was there: it is answered now. Only then the record forgets it,
/// unless somebody else has come meanwhile.
Result<void> AnswerItself(const JobRecord& record, Ports& ports) {
  const Result<void> sent = ports.tokens.SendTaskSuccess(record.token, JsonObject{});
  if (!sent && sent.error().kind != ErrorKind::kNotFound) return Fail(sent.error());
  ECM_TRY_VOID(UpdateRecord(ports.jobs, record.execution, [&](JobRecord& latest) {
    if (latest.woken == record.woken) latest.woken.reset();
  }));
  return {};
}

/// The job whose cluster has this id; one that has not stored its id yet is known by its name.
Result<std::optional<JobRecord>> FindJob(const Json& detail, Ports& ports) {
  const ClusterId cluster(StringOr(detail, "clusterId"));
  if (cluster.empty()) return std::nullopt;
  ECM_TRY(std::optional<JobRecord> record, ports.jobs.FindByCluster(cluster));
  // The name in a step's event is the step's.
  const std::string name = Find(detail, "stepId") == nullptr ? StringOr(detail, "name") : "";
  if (record || name.empty()) return record;
  ECM_TRY(const std::vector<JobRecord> open, ports.jobs.ListOpen());
  const auto named = std::ranges::find(open, name, &JobRecord::cluster_name);
  return named == open.end() ? std::nullopt : std::optional(*named);
}

}  // namespace

Result<Json> Await(const Json& event, Ports& ports) {
  const Json* document = Find(event, "document");
  const TaskToken token(StringOr(event, "token"));
  if (document == nullptr || token.empty()) {
    return Fail(ErrorKind::kInternal, "await needs {document, token}");
  }
  ECM_TRY(const ExecutionIdentity execution, ReadIdentity(*document));
  ECM_TRY(const JobRecord record, UpdateRecord(ports.jobs, execution.arn,
                                               [&](JobRecord& latest) { latest.token = token; }));
  if (record.woken) ECM_TRY_VOID(AnswerItself(record, ports));
  return JsonObject{};
}

Result<Json> Wake(const Json& event, Ports& ports) {
  const Json* detail = Find(event, "detail");
  // The rule lets only our names through; an event that names nobody wakes nobody.
  if (detail == nullptr) return JsonObject{};
  ECM_TRY(const std::optional<JobRecord> record, FindJob(*detail, ports));
  if (record) ECM_TRY_VOID(WakeJob(*record, ports));
  return JsonObject{};
}

}  // namespace ecm::lifecycle
