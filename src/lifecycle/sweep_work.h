#pragma once

#include <optional>
#include <set>
#include <string>

#include "lifecycle/pace.h"
#include "lifecycle/ports.h"
#include "lifecycle/sweep_report.h"

namespace ecm::lifecycle {

/// One call of the sweep: what its rules share.
struct SweepWork {
  Ports& ports;  ///< EMR and Step Functions at the pace of the sweep
  Pace& pace;
  bool dry_run = false;
  SweepReport report;
  /// The executions that run, as one look at their list has seen them: they need not be asked for
  /// one by one. Nothing where the list could not be read.
  std::optional<std::set<ExecutionArn>> running{};
  /// The call fails once it has done what it can, so that an alarm tells people: they could not be
  /// told of something, or the clusters could not be listed.
  std::optional<Error> failure{};
};

/// How an execution stands.
struct Fate {
  bool over = false;  ///< ended, or nobody knows it although they should
  EndReason why = EndReason::kGone;
  std::optional<WallTime> stopped{};
};

/// Not over: it runs (as the list says, or else as it says itself), its status is one that we do
/// not know, or nobody knows it and `since`, the time from which on it should be known, is less
/// than the grace ago.
Result<Fate> FateOf(const ExecutionArn& execution, WallTime since, SweepWork& work);

/// Whether a deadline has passed, whatever the clocks.
bool IsPast(WallTime deadline, const SweepWork& work);

/// Whether the ARN is one of this stage's state machine, "ecm-{stage}".
bool IsOfOurMachine(const ExecutionArn& execution, const std::string& stage);

/// Ends the cluster and reports that. False if it cannot be ended as it is: the next look decides.
Result<bool> EndForReason(const Cluster& cluster, const ExecutionArn& execution, EndReason why,
                          const Region& region, SweepWork& work);

/// What a failed piece of work means: try again later, or tell people (once).
void OnFailure(const Error& error, const ClusterId& cluster, const ExecutionArn& execution,
               SweepWork& work);

/// Publishes a notice. A failure is a problem; one that lasts makes the call fail.
Result<void> Tell(const std::string& subject, const std::string& message, SweepWork& work);

/// The same once for a `key`; the job store remembers that people know.
void TellOnce(const std::string& key, const std::string& subject, const std::string& message,
              SweepWork& work);

/// "[ecm-dev] what", fit for a subject.
std::string Subject(const std::string& what, const SweepWork& work);

}  // namespace ecm::lifecycle
