#pragma once

#include <map>
#include <string>
#include <string_view>

#include "aws/emr_api.h"
#include "aws/executions.h"
#include "env/clock.h"

namespace ecm::lifecycle {

/// How fast something that runs beside all jobs may call services that they share: a few calls at
/// once, then half of what the account's quota refills (facts: EMR API, quotas), for a bounded
/// time. A refusal for the rate is waited for; after a few in a row nothing is called any more.
class Pace {
 public:
  Pace(Clock& clock, Duration time) : clock_(clock), stop_at_(clock.Mono() + time) {}

  /// Waits for the turn of `operation`. kThrottled once there is no time left or the service has
  /// refused a call.
  Result<void> Wait(std::string_view operation);
  /// Whether a call that failed may be made again now: it was refused for its rate, which surely
  /// did nothing, and a pause has passed. Others may leave so little that the third call of every
  /// pass would be refused: who then gave up at once would never come further.
  bool PauseAfter(const Error& error);
  void OnSuccess() { refusals_ = 0; }

  bool HasTime() const { return !refused_ && clock_.Mono() < stop_at_; }
  MonoTime stop_at() const { return stop_at_; }
  /// Another part of the work begins, which ends then: what was refused before does not count.
  void BeginPart(MonoTime stop_at) {
    stop_at_ = stop_at;
    refused_ = false;
    refusals_ = 0;
  }

 private:
  /// A bucket of turns that refills.
  struct Bucket {
    double turns = 0;
    MonoTime filled{};
  };

  Clock& clock_;
  MonoTime stop_at_;
  bool refused_ = false;
  int refusals_ = 0;  ///< in a row
  std::map<std::string, Bucket, std::less<>> buckets_;
};

class PacedEmr : public EmrApi {
 public:
  PacedEmr(EmrApi& emr, Pace& pace) : emr_(emr), pace_(pace) {}
  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) override;

 private:
  EmrApi& emr_;
  Pace& pace_;
};

class PacedExecutions : public Executions {
 public:
  PacedExecutions(Executions& executions, Pace& pace) : executions_(executions), pace_(pace) {}
  Result<ExecutionState> Describe(const ExecutionArn& execution) override;
  Result<std::set<ExecutionArn>> ListRunning(const std::string& machine_arn) override;

 private:
  Executions& executions_;
  Pace& pace_;
};

}  // namespace ecm::lifecycle
