#include "lifecycle/sweep_report.h"

#include "base/text.h"

namespace ecm::lifecycle {
namespace {

/// Names and messages may be anybody's.
std::string Tidy(std::string_view text) { return TruncateUtf8(ToOneLine(text), 1000); }

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(Tidy(text)); }

}  // namespace

std::string_view Name(EndReason why) {
  switch (why) {
    case EndReason::kSucceeded:
      return "succeeded";
    case EndReason::kFailed:
      return "failed";
    case EndReason::kTimedOut:
      return "timed_out";
    case EndReason::kAborted:
      return "aborted";
    case EndReason::kGone:
      return "gone";
    case EndReason::kDeadline:
      return "deadline";
    case EndReason::kTwin:
      return "twin";
  }
  return "";
}

void SweepReport::AddEnded(const ClusterId& cluster, const std::string& name,
                           const ExecutionArn& execution, EndReason why) {
  if (!ended_ids_.insert(cluster).second) return;
  JsonObject ended{{"cluster", cluster.str()},
                   {"name", Tidy(name)},
                   {"execution", TextOrNull(execution.str())},
                   {"why", Name(why)}};
  log_.Warning(dry_run_ ? "sweep would end a cluster" : "sweep ends a cluster", ended);
  ended_.push_back(std::move(ended));
}

void SweepReport::AddWoken(const ExecutionArn& execution) { woken_.emplace_back(execution.str()); }

void SweepReport::AddSettled(const ExecutionArn& execution, std::string_view verdict) {
  settled_.push_back(JsonObject{{"execution", execution.str()}, {"verdict", verdict}});
}

void SweepReport::AddLookedAt(std::size_t clusters, std::size_t jobs) {
  clusters_ += clusters;
  jobs_ += jobs;
}

void SweepReport::AddProblem(const ClusterId& cluster, const ExecutionArn& execution,
                             std::string_view what, bool lasting) {
  JsonObject problem{{"cluster", TextOrNull(cluster.str())},
                     {"execution", TextOrNull(execution.str())},
                     {"what", Tidy(what)},
                     {"lasting", lasting}};
  log_.Warning("sweep problem", problem);
  problems_.push_back(std::move(problem));
  if (!lasting) unfinished_ = true;
}

Json SweepReport::ToJson() const {
  return JsonObject{{"v", 1},
                    {"dry_run", dry_run_},
                    {"looked_at", JsonObject{{"clusters", clusters_}, {"jobs", jobs_}}},
                    {"ended", ended_},
                    {"woken", woken_},
                    {"settled", settled_},
                    {"notices", notices_},
                    {"unfinished", unfinished_},
                    {"problems", problems_}};
}

void SweepReport::LogDone() const {
  log_.Info("sweep done", {{"dry_run", dry_run_},
                           {"clusters", clusters_},
                           {"jobs", jobs_},
                           {"ended", ended_.size()},
                           {"woken", woken_.size()},
                           {"settled", settled_.size()},
                           {"notices", notices_},
                           {"unfinished", unfinished_},
                           {"problems", problems_.size()}});
}

}  // namespace ecm::lifecycle
