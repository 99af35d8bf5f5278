#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "emr_model/emr_model.h"
#include "env/testing/sim_env.h"
#include "lifecycle/handlers.h"
#include "lifecycle/ports.h"
#include "store/memory_job_store.h"

namespace ecm::lifecycle {

/// Starts nothing: tests end the steps themselves.
class IdleRunner : public emr_model::StepRunner {
 public:
  void Start(const emr_model::StepLaunch& launch) override { launches.push_back(launch); }
  void Cancel(const ClusterId& cluster, const StepId& step, bool /*force*/) override {
    cancelled.emplace_back(cluster, step);
  }
  std::vector<emr_model::StepLaunch> launches;
  std::vector<std::pair<ClusterId, StepId>> cancelled;
};

/// The model with a script of what goes wrong, and a list of what was called.
class FaultyEmr : public EmrApi {
 public:
  explicit FaultyEmr(EmrApi& emr) : emr_(emr) {}
  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) override;

  /// The next call of `operation` fails before it reaches EMR.
  void RefuseNext(const std::string& operation, Error error) {
    refusals_[operation].push_back(std::move(error));
  }
  /// The next call of `operation` is applied and its answer lost.
  void LoseNextAnswer(const std::string& operation) { ++losses_[operation]; }
  std::size_t Count(std::string_view operation) const;

  std::vector<std::string> calls;

 private:
  EmrApi& emr_;
  std::map<std::string, std::deque<Error>, std::less<>> refusals_;
  std::map<std::string, int, std::less<>> losses_;
};

/// Keeps what it is told; tokens in `forgotten` are waited for by nobody.
class RecordingTokens : public TaskTokens {
 public:
  Result<void> SendTaskSuccess(const TaskToken& token, const Json& output) override;
  std::vector<std::string> answered;
  std::vector<std::string> forgotten;
  std::deque<Error> refusals;  ///< of the next calls
};

/// Executions by ARN; one that is not in it is not found.
class MapExecutions : public Executions {
 public:
  Result<ExecutionState> Describe(const ExecutionArn& execution) override;
  Result<std::set<ExecutionArn>> ListRunning(const std::string& machine_arn) override;
  void Set(const ExecutionArn& execution, ExecutionStatus status,
           std::optional<WallTime> stopped = {}) {
    states[execution] = {status, {}, stopped};
  }
  std::map<ExecutionArn, ExecutionState> states;
  std::deque<Error> refusals;       ///< of the next Describes
  std::deque<Error> list_refusals;  ///< of the next ListRunnings
  int calls = 0;                    ///< Describes
  int lists = 0;
};

/// Keeps what it is told.
class RecordingNotices : public Notices {
 public:
  Result<void> Publish(const std::string& subject, const std::string& message) override;
  struct Notice {
    std::string subject;
    std::string message;
  };
  std::vector<Notice> published;
  std::deque<Error> refusals;  ///< of the next calls
};

/// Objects by "bucket/key".
class MapObjectStore : public ObjectStore {
 public:
  Result<std::string> ReadTail(const Region& region, const std::string& bucket,
                               const std::string& key, std::size_t max_bytes) override;
  Result<std::vector<std::string>> ListKeys(const Region& region, const std::string& bucket,
                                            const std::string& prefix,
                                            std::size_t max_keys) override;
  std::map<std::string, std::string> objects;
  std::optional<Error> error;  ///< of every read
};

/// One job in a stack with the real EMR model, on a clock that stands still.
class LifecycleWorld {
 public:
  LifecycleWorld();

  /// The document with which the state machine enters Submit.
  Json FirstDocument(const std::string& execution = "run-1") const;
  /// Submit until the cluster is there; the document for Await.
  Json Submitted();
  /// The same with the cluster RUNNING its step.
  Json Running();
  /// The step's process ends.
  void EndStep(bool succeeded);
  void Settle();           ///< every transition that is due
  ClusterId Only() const;  ///< the cluster that the one record knows
  JobRecord Record() const;

  ManualClock clock;
  SeededRandom random{1};
  RecordingLog log;
  IdleRunner runner;
  std::vector<Json> events;
  emr_model::EmrModel model;
  FaultyEmr emr{model};
  MemoryJobStore jobs;
  RecordingTokens tokens;
  MapObjectStore objects;
  MapExecutions executions;
  RecordingNotices notices;
  Ports ports;
};

}  // namespace ecm::lifecycle
