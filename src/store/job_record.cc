#include "store/job_store.h"

namespace ecm {
namespace {

Result<WallTime> TimeFrom(const Json& json, std::string_view key) {
  return ParseIso8601(StringOr(json, key));
}

}  // namespace

bool IsUntold(const JobRecord& record) {
  return record.outcome && !record.notified && StringOr(*record.outcome, "verdict") != "Succeeded";
}

bool IsUnsettled(const JobRecord& record) {
  return record.attempted && record.cluster.empty() && !record.released;
}

bool IsOpen(const JobRecord& record) {
  return !record.outcome || IsUntold(record) || IsUnsettled(record);
}

Json ToJson(const JobRecord& record) {
  JsonArray steps;
  for (const std::string& name : record.step_names) steps.emplace_back(name);
  JsonObject json{
      {"v", 1},
      {"execution", record.execution.str()},
      {"revision", record.revision},
      {"cluster_name", record.cluster_name},
      {"step_names", std::move(steps)},
      {"region", record.region.str()},
      {"log_uri", record.log_uri},
      {"started", ToIso8601(record.started)},
      {"deadline", ToIso8601(record.deadline)},
      {"start_deadline", ToIso8601(record.start_deadline)},
      {"attempts", record.attempts},
      {"cluster", record.cluster.str()},
      {"token", record.token.str()},
      {"aborted", record.aborted},
      {"verdict", record.verdict},
      {"released", record.released},
      {"notified", record.notified},
      {"open", IsOpen(record)},
  };
  if (record.attempted) json["attempted"] = ToIso8601(*record.attempted);
  if (record.woken) json["woken"] = ToIso8601(*record.woken);
  if (record.outcome) json["outcome"] = *record.outcome;
  return json;
}

Result<JobRecord> JobRecordFromJson(const Json& json) {
  if (FindInt(json, "v") != 1) {
    return Fail(ErrorKind::kInternal, "a job record of a version that this program does not know");
  }
  JobRecord record;
  record.execution = ExecutionArn(StringOr(json, "execution"));
  record.revision = FindInt(json, "revision").value_or(0);
  record.cluster_name = StringOr(json, "cluster_name");
  for (const Json& name : FindArray(json, "step_names")) {
    if (name.is_string()) record.step_names.emplace_back(name.get_string());
  }
  record.region = Region(StringOr(json, "region"));
  record.log_uri = StringOr(json, "log_uri");
  ECM_TRY(record.started, TimeFrom(json, "started"));
  ECM_TRY(record.deadline, TimeFrom(json, "deadline"));
  ECM_TRY(record.start_deadline, TimeFrom(json, "start_deadline"));
  if (Find(json, "attempted") != nullptr) {
    ECM_TRY(record.attempted, TimeFrom(json, "attempted"));
  }
  if (Find(json, "woken") != nullptr) {
    ECM_TRY(record.woken, TimeFrom(json, "woken"));
  }
  record.attempts = FindInt(json, "attempts").value_or(0);
  record.cluster = ClusterId(StringOr(json, "cluster"));
  record.token = TaskToken(StringOr(json, "token"));
  record.aborted = FindBool(json, "aborted").value_or(false);
  record.verdict = StringOr(json, "verdict");
  record.released = FindBool(json, "released").value_or(false);
  record.notified = FindBool(json, "notified").value_or(false);
  if (const Json* outcome = Find(json, "outcome")) record.outcome = *outcome;
  return record;
}

}  // namespace ecm
