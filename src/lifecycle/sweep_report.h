#pragma once

#include <set>
#include <string>
#include <string_view>

#include "aws/emr_types.h"
#include "lifecycle/ports.h"
#include "lifecycle/verdict.h"

namespace ecm::lifecycle {

/// Why the sweep ends a cluster: its `why`.
enum class EndReason { kSucceeded, kFailed, kTimedOut, kAborted, kGone, kDeadline, kTwin };
std::string_view Name(EndReason why);

/// What one call of the sweep found and did. Its document, version 1 (`emrctl sweep` prints it):
///
///   v           1
///   dry_run     bool: nothing was changed, the document says what would be
///   looked_at   {clusters: number with our name, jobs: number that are not settled}
///   ended       [{cluster, name, execution, why}]; why: "aborted" | "timed_out" | "failed" |
///               "succeeded" | "gone" (the execution is), "deadline" (it has passed), "twin" (the
///               execution has another cluster)
///   woken       [execution]: tokens that were answered because the cluster is gone
///   settled     [{execution, verdict}]: outcomes that were stored
///   notices     number of notices that were published
///   unfinished  bool: no time, or a service refused a call; the next call goes on
///   problems    [{cluster, execution, what, lasting}]: what could not be done. lasting: it takes a
///               person; people are told once. Otherwise the next call tries again
class SweepReport {
 public:
  SweepReport(bool dry_run, Log& log) : dry_run_(dry_run), log_(log) {}

  /// Once for a cluster.
  void AddEnded(const ClusterId& cluster, const std::string& name, const ExecutionArn& execution,
                EndReason why);
  bool HasEnded(const ClusterId& cluster) const { return ended_ids_.contains(cluster); }
  void AddWoken(const ExecutionArn& execution);
  void AddSettled(const ExecutionArn& execution, std::string_view verdict);
  void AddNotice() { ++notices_; }
  void AddLookedAt(std::size_t clusters, std::size_t jobs);
  void SetUnfinished() { unfinished_ = true; }
  void AddProblem(const ClusterId& cluster, const ExecutionArn& execution, std::string_view what,
                  bool lasting);

  Json ToJson() const;
  /// The line that says, call by call, that the sweep is alive: "sweep done" with counts.
  void LogDone() const;

 private:
  bool dry_run_;
  Log& log_;
  std::size_t clusters_ = 0;
  std::size_t jobs_ = 0;
  JsonArray ended_;
  std::set<ClusterId> ended_ids_;
  JsonArray woken_;
  JsonArray settled_;
  std::int64_t notices_ = 0;
  bool unfinished_ = false;
  JsonArray problems_;
};

}  // namespace ecm::lifecycle
