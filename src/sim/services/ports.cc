#include "sim/services/ports.h"

#include <algorithm>
#include <array>

#include "sim/services/answers.h"

namespace ecm::sim {
namespace {

struct EmrOperation {
  std::string_view name;
  Site site;
  bool has_effect;
};

/// For so long a status may be told that is no longer true.
constexpr Duration kMostStatusLag = std::chrono::seconds{20};

constexpr std::array<EmrOperation, 6> kOperations = {{
    {"RunJobFlow", Site::kRunJobFlow, true},
    {"DescribeCluster", Site::kDescribeCluster, false},
    {"ListClusters", Site::kListClusters, false},
    {"ListSteps", Site::kListSteps, false},
    {"TerminateJobFlows", Site::kTerminateJobFlows, true},
    {"SetTerminationProtection", Site::kSetTerminationProtection, true},
}};

EmrOperation OperationOf(std::string_view name) {
  const auto found = std::ranges::find(kOperations, name, &EmrOperation::name);
  return found == kOperations.end() ? EmrOperation{name, Site::kOtherEmrCall, true} : *found;
}

}  // namespace

void SimLog::Write(LogLevel /*level*/, std::string_view message, const JsonObject& fields) {
  core_.timeline.Note(core_.scheduler.now(), core_.scheduler.current_name(),
                      {"log:", message, ToText(fields)});
}

Result<Json> SimEmr::Call(const Region& region, std::string_view operation, const Json& request) {
  const EmrOperation called = OperationOf(operation);
  return door_.Pass<Json>(
      called.site, [&]() -> Result<Json> { return Ask(called.site, region, operation, request); },
      [&]() -> Scheduler::Action {
        if (!called.has_effect) return NoEffect();
        // The answer finds nobody: whether it is an error does not matter any more.
        return [this, region, name = std::string(operation), body = request] {
          const Result<Json> answer = emr_.Apply(region, name, body);
          core_.timeline.Note(
              core_.scheduler.now(), "network",
              {"a dead sandbox's", name, "arrives:", answer ? "ok" : answer.error().code});
        };
      });
}

bool SimEmr::Draw(Site site, Fault fault) {
  if (!core_.faults.DrawCall(site, {fault})) return false;
  core_.timeline.Note(core_.scheduler.now(), core_.scheduler.current_name(),
                      {"FAULT", Name(fault), "at", Name(site)});
  return true;
}

Result<Json> SimEmr::Ask(Site site, const Region& region, std::string_view operation,
                         const Json& request) {
  const bool reads = site == Site::kDescribeCluster || site == Site::kListSteps;
  if (!reads && site != Site::kListClusters) return emr_.Apply(region, operation, request);
  Result<Json> answer = Fail(ErrorKind::kInternal, "");
  if (reads) {
    const Json* past = emr_.FindPast(ClusterId(StringOr(request, "ClusterId")), operation);
    if (past != nullptr && Draw(site, Fault::kStaleAnswer)) answer = *past;
  }
  if (!answer) {
    answer = site == Site::kDescribeCluster ? emr_.Apply(region, operation, request)
                                            : List(site, region, operation, request);
  }
  if (!answer) return answer;
  if (core_.faults.MayHappen(Fault::kUnknownState) && Draw(site, Fault::kUnknownState)) {
    MakeStateUnknown(*answer, core_.chance);
  }
  if (core_.faults.MayHappen(Fault::kMembersMissing) && Draw(site, Fault::kMembersMissing)) {
    StripOptional(*answer);
  }
  return answer;
}

Result<Json> SimEmr::List(Site site, const Region& region, std::string_view operation,
                          const Json& request) {
  const std::string marker = StringOr(request, "Marker");
  const std::string before = ItemBefore(marker);
  Json whole = request;
  if (!before.empty()) whole.as_object().erase("Marker");
  const bool hides = site == Site::kListClusters && core_.faults.MayHappen(Fault::kListLags) &&
                     emr_.HasYoung() && Draw(site, Fault::kListLags);
  Result<Json> answer =
      hides ? emr_.ApplyWithLag(region, whole) : emr_.Apply(region, operation, whole);
  if (!answer) return answer;
  // Of a list that fills more than one page, the pages are its own.
  const bool small = !before.empty() || (core_.faults.MayHappen(Fault::kSmallPages) &&
                                         marker.empty() && Find(*answer, "Marker") == nullptr &&
                                         HasSeveral(*answer) && Draw(site, Fault::kSmallPages));
  if (small) CutToOne(*answer, before);
  return answer;
}

Result<std::optional<JobRecord>> SimJobStore::Get(const ExecutionArn& execution) {
  return door_.Pass<std::optional<JobRecord>>(
      Site::kStoreGet, [&] { return store_.Get(execution); }, NoEffect);
}

Result<std::optional<JobRecord>> SimJobStore::FindByCluster(const ClusterId& cluster) {
  return door_.Pass<std::optional<JobRecord>>(
      Site::kStoreFind,
      [&]() -> Result<std::optional<JobRecord>> {
        Result<std::optional<JobRecord>> found = store_.FindByCluster(cluster);
        const bool there = found && found->has_value();
        if (there && core_.faults.DrawCall(Site::kStoreFind, {Fault::kIndexLags})) {
          core_.timeline.Note(core_.scheduler.now(), core_.scheduler.current_name(),
                              {"FAULT", Name(Fault::kIndexLags)});
          return std::nullopt;
        }
        return found;
      },
      NoEffect);
}

Result<JobRecord> SimJobStore::Put(const JobRecord& record) {
  return door_.Pass<JobRecord>(
      Site::kStorePut, [&] { return store_.Put(record); },
      [&]() -> Scheduler::Action {
        return [this, record] {
          const Result<JobRecord> put = store_.Put(record);
          core_.timeline.Note(core_.scheduler.now(), "network",
                              {"a dead sandbox's Put arrives:", put ? "ok" : "conflict"});
        };
      });
}

Result<std::vector<JobRecord>> SimJobStore::ListOpen() {
  return door_.Pass<std::vector<JobRecord>>(
      Site::kStoreList, [&] { return store_.ListOpen(); }, NoEffect);
}

Duration SimExecutions::DrawLag(Site site) {
  if (!core_.faults.DrawCall(site, {Fault::kStatusLags})) return Duration{0};
  core_.timeline.Note(core_.scheduler.now(), core_.scheduler.current_name(),
                      {"FAULT", Name(Fault::kStatusLags)});
  return kMostStatusLag;
}

Result<ExecutionState> SimExecutions::Describe(const ExecutionArn& execution) {
  return door_.Pass<ExecutionState>(
      Site::kDescribeExecution,
      [&] { return teller_.Tell(execution, DrawLag(Site::kDescribeExecution)); }, NoEffect);
}

Result<std::set<ExecutionArn>> SimExecutions::ListRunning(const std::string& /*machine_arn*/) {
  return door_.Pass<std::set<ExecutionArn>>(
      Site::kListExecutions,
      [&]() -> Result<std::set<ExecutionArn>> {
        return teller_.TellRunning(DrawLag(Site::kListExecutions));
      },
      NoEffect);
}

Result<void> SimNotices::Publish(const std::string& subject, const std::string& message) {
  const auto take = [&topic = topic_, subject, message] { topic.Take(subject, message); };
  return door_.Pass<void>(
      Site::kPublishNotice,
      [&]() -> Result<void> {
        if (std::optional<Error> refusal = topic_.Refusal(Site::kPublishNotice)) {
          return Fail(*std::move(refusal));
        }
        take();
        return {};
      },
      [&]() -> Scheduler::Action { return take; });
}

Result<void> SimTaskTokens::SendTaskSuccess(const TaskToken& token, const Json& output) {
  return door_.Pass<void>(
      Site::kSendTaskSuccess, [&] { return taker_.TakeToken(token, output); },
      [&]() -> Scheduler::Action {
        return [this, token, output] {
          // Nobody waits for the answer, not even for a refusal.
          (void)taker_.TakeToken(token, output);
        };
      });
}

Result<std::string> SimObjectStore::ReadTail(const Region& /*region*/,
                                             const std::string& /*bucket*/, const std::string& key,
                                             std::size_t max_bytes) {
  return door_.Pass<std::string>(
      Site::kReadObject,
      [&]() -> Result<std::string> {
        // …/steps/{step id}/stderr.gz
        const std::size_t end = key.rfind('/');
        const std::size_t begin = end == std::string::npos ? end : key.rfind('/', end - 1);
        const std::string* log = begin == std::string::npos
                                     ? nullptr
                                     : emr_.FindLog(key.substr(begin + 1, end - begin - 1));
        if (log != nullptr && core_.faults.DrawCall(Site::kReadObject, {Fault::kLogDenied})) {
          return Fail(ErrorKind::kAccessDenied, "Access Denied", "AccessDenied");
        }
        if (log == nullptr) return Fail(ErrorKind::kNotFound, "no such key: " + key, "NoSuchKey");
        return log->substr(log->size() - std::min(log->size(), max_bytes));
      },
      NoEffect);
}

Result<std::vector<std::string>> SimObjectStore::ListKeys(const Region& /*region*/,
                                                          const std::string& /*bucket*/,
                                                          const std::string& /*prefix*/,
                                                          std::size_t /*max_keys*/) {
  return door_.Pass<std::vector<std::string>>(
      Site::kReadObject, [] { return Result<std::vector<std::string>>(); }, NoEffect);
}

}  // namespace ecm::sim
