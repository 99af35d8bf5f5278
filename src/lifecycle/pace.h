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
/// time. After the service's first refusal for its rate nothing is called any more.
class Pace {
 public:
  Pace(Clock& clock, Duration time) : clock_(clock), stop_at_(clock.Mono() + time) {}

  /// Waits for the turn of `operation`. kThrottled once there is no time left or the service has
  /// refused a call.
  Result<void> Wait(std::string_view operation);
  /// To be told how each call ended.
  void OnError(const Error& error);

  bool HasTime() const { return !refused_ && clock_.Mono() < stop_at_; }
  MonoTime stop_at() const { return stop_at_; }
  void StopAt(MonoTime when) { stop_at_ = when; }

 private:
  /// A bucket of turns that refills.
  struct Bucket {
    double turns = 0;
    MonoTime filled{};
  };

  Clock& clock_;
  MonoTime stop_at_;
  bool refused_ = false;
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
