#pragma once

#include "aws/emr_api.h"
#include "aws/executions.h"
#include "aws/notices.h"
#include "aws/object_store.h"
#include "aws/task_tokens.h"
#include "env/clock.h"
#include "env/log.h"
#include "env/random.h"
#include "plan/plan.h"
#include "store/job_store.h"

namespace ecm::lifecycle {

/// How patient the handlers are. The defaults are those of a deployed stack.
struct Patience {
  /// How long a job sleeps when nobody wakes it. Long: lost events are the sweep's to find, at the
  /// cost of a page for all jobs and not of calls for each.
  Duration backstop = std::chrono::hours{4};
  /// The sweep wakes a job whose cluster has not come up by its start deadline: its list shows that
  /// at no cost. Without a sweep each job looks for itself when that deadline has passed.
  bool sweep_watches_starts = true;
  /// One RunJobFlow each, for the whole account: four fifths of its quota, after a few at once.
  /// Zero: nobody queues.
  Duration create_every = std::chrono::milliseconds{2500};
  int create_at_once = 5;
  /// After an unknown RunJobFlow: for so long the cluster may still appear in a list, and the
  /// handler that made the call may still be alive. Longer than a function's timeout.
  Duration settle = std::chrono::seconds{120};
  /// Between two looks at a list that lags, and the first pause for a cluster that is ending.
  Duration look_again = std::chrono::seconds{20};
  /// Our clock, EMR's and that of Step Functions' lists may differ: for so long after a deadline,
  /// or after the start of an execution that nobody knows, the sweep ends nothing.
  Duration sweep_grace = std::chrono::minutes{30};
  /// How long one call of the sweep works at most: less than its function's timeout.
  Duration sweep_time = std::chrono::seconds{45};
  /// A cluster that is not gone so long after the first look is reported as not verified.
  Duration release_bound = std::chrono::hours{1};
};

/// Where no sweep runs on a schedule and nobody else uses the account: one machine.
inline Patience PatienceOfOneMachine() {
  Patience patience;
  patience.backstop = std::chrono::hours{1};
  patience.sweep_watches_starts = false;
  patience.create_every = Duration{0};
  return patience;
}

/// Everything that a handler can reach.
struct Ports {
  Clock& clock;
  Random& random;
  Log& log;
  EmrApi& emr;
  JobStore& jobs;
  TaskTokens& tokens;
  ObjectStore& objects;
  Executions& executions;
  Notices& notices;
  StackConfig stack;
  Patience patience;
};

/// The same ports with another EMR.
inline Ports WithEmr(const Ports& ports, EmrApi& emr) {
  return {ports.clock,   ports.random,     ports.log,     emr,         ports.jobs,    ports.tokens,
          ports.objects, ports.executions, ports.notices, ports.stack, ports.patience};
}

}  // namespace ecm::lifecycle
