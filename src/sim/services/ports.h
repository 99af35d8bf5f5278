#pragma once

#include "aws/emr_api.h"
#include "aws/executions.h"
#include "aws/notices.h"
#include "aws/object_store.h"
#include "aws/task_tokens.h"
#include "env/clock.h"
#include "env/log.h"
#include "sim/services/door.h"
#include "sim/services/emr_world.h"
#include "store/memory_job_store.h"

// What handlers reach, with the network of the simulator in between: every call goes through the
// door, and so yields, takes its time and may fail.

namespace ecm::sim {

/// True time.
class SimClock : public Clock {
 public:
  explicit SimClock(Scheduler& scheduler) : scheduler_(scheduler) {}
  WallTime Wall() const override { return scheduler_.now(); }
  MonoTime Mono() const override { return MonoTime{scheduler_.now() - scheduler_.start()}; }
  void SleepFor(Duration delay) override { scheduler_.Sleep(delay); }

 private:
  Scheduler& scheduler_;
};

/// The lines of handlers, on the timeline.
class SimLog : public Log {
 public:
  explicit SimLog(Core core) : core_(core) {}
  void Write(LogLevel level, std::string_view message, const JsonObject& fields) override;

 private:
  Core core_;
};

class SimEmr : public EmrApi {
 public:
  SimEmr(Core core, Door& door, EmrWorld& emr) : core_(core), door_(door), emr_(emr) {}
  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) override;

 private:
  /// The answer as the handler gets it.
  Result<Json> Ask(Site site, const Region& region, std::string_view operation,
                   const Json& request);
  Result<Json> List(Site site, const Region& region, std::string_view operation,
                    const Json& request);
  bool Draw(Site site, Fault fault);

  Core core_;
  Door& door_;
  EmrWorld& emr_;
};

class SimJobStore : public JobStore {
 public:
  SimJobStore(Core core, Door& door, MemoryJobStore& store)
      : core_(core), door_(door), store_(store) {}
  Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override;
  Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override;
  Result<JobRecord> Put(const JobRecord& record) override;
  Result<std::vector<JobRecord>> ListOpen() override;

 private:
  Core core_;
  Door& door_;
  MemoryJobStore& store_;
};

/// What handlers reach of Step Functions and of the topic.
class TokenTaker {
 public:
  virtual ~TokenTaker() = default;
  virtual Result<void> TakeToken(const TaskToken& token, const Json& output) = 0;
};
class ExecutionTeller {
 public:
  virtual ~ExecutionTeller() = default;
  /// As it was `lag` ago.
  virtual Result<ExecutionState> Tell(const ExecutionArn& execution, Duration lag) = 0;
  virtual std::set<ExecutionArn> TellRunning(Duration lag) const = 0;
};
class Topic {
 public:
  virtual ~Topic() = default;
  virtual void Take(const std::string& subject, const std::string& message) = 0;
  /// Why it takes nothing now, if so.
  virtual std::optional<Error> Refusal(Site site) = 0;
};

class SimTaskTokens : public TaskTokens {
 public:
  SimTaskTokens(Door& door, TokenTaker& taker) : door_(door), taker_(taker) {}
  Result<void> SendTaskSuccess(const TaskToken& token, const Json& output) override;

 private:
  Door& door_;
  TokenTaker& taker_;
};

class SimExecutions : public Executions {
 public:
  SimExecutions(Core core, Door& door, ExecutionTeller& teller)
      : core_(core), door_(door), teller_(teller) {}
  Result<ExecutionState> Describe(const ExecutionArn& execution) override;
  Result<std::set<ExecutionArn>> ListRunning(const std::string& machine_arn) override;

 private:
  /// How old what is told now is.
  Duration DrawLag(Site site);

  Core core_;
  Door& door_;
  ExecutionTeller& teller_;
};

class SimNotices : public Notices {
 public:
  SimNotices(Door& door, Topic& topic) : door_(door), topic_(topic) {}
  Result<void> Publish(const std::string& subject, const std::string& message) override;

 private:
  Door& door_;
  Topic& topic_;
};

/// The logs of failed steps.
class SimObjectStore : public ObjectStore {
 public:
  SimObjectStore(Core core, Door& door, const EmrWorld& emr)
      : core_(core), door_(door), emr_(emr) {}
  Result<std::string> ReadTail(const Region& region, const std::string& bucket,
                               const std::string& key, std::size_t max_bytes) override;
  Result<std::vector<std::string>> ListKeys(const Region& region, const std::string& bucket,
                                            const std::string& prefix,
                                            std::size_t max_keys) override;

 private:
  Core core_;
  Door& door_;
  const EmrWorld& emr_;
};

}  // namespace ecm::sim
