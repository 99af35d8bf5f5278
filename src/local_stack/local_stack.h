#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "aws/object_store.h"
#include "base/json.h"
#include "emr_model/emr_model.h"
#include "env/log.h"
#include "lifecycle/ports.h"
#include "local_stack/emr_host.h"
#include "local_stack/execution_records.h"
#include "store/document_store.h"
#include "store/job_store.h"

namespace ecm::local_stack {

/// Told on the owning thread, in the order in which things happen.
class Observer {
 public:
  virtual ~Observer() = default;
  /// The execution entered a state.
  virtual void OnState(const ExecutionArn& execution, const std::string& state) = 0;
  /// The execution is over: "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED".
  virtual void OnEnd(const ExecutionArn& /*execution*/, const std::string& /*status*/) {}
  /// A cluster was made, of this RunJobFlow request.
  virtual void OnCreated(const ClusterId& /*cluster*/, const Json& /*request*/) {}
  /// A cluster of the EMR model entered a state ("BOOTSTRAPPING").
  virtual void OnCluster(const ClusterId& cluster, const std::string& state) = 0;
  /// A step of it did.
  virtual void OnStep(const ClusterId& cluster, const std::string& name,
                      const std::string& state) = 0;
  /// A notice was published; `file` holds it.
  virtual void OnNotice(const std::filesystem::path& file) = 0;
};

struct Options {
  std::filesystem::path state_dir;
  /// Of all jobs; their region is the one in which their execution was started.
  StackConfig stack;
  lifecycle::Patience patience = lifecycle::PatienceOfOneMachine();
  Duration stop_patience{5'000};
  /// As short as can be told apart: each state is entered, none is waited in.
  emr_model::Timings timings{Duration{1}, Duration{1}, Duration{1}};
};

/// What lies outside of the process.
struct Outside {
  Clock& clock;
  Random& random;
  Log& log;
  JobStore& jobs;            ///< fit for several threads
  ObjectStore& objects;      ///< the same
  DocumentStore& documents;  ///< clusters and executions; what is in it goes on
};

/// The deployed stack on one machine: Step Functions with the shipped state machine, our functions,
/// EMR. All of it lives on the thread that runs `io`; functions run on a pool beside it.
class LocalStack {
 public:
  /// Brings back what `outside.documents` holds. kInternal if the definition that is built into
  /// this program cannot be run.
  static Result<std::unique_ptr<LocalStack>> Create(Options options, Outside outside,
                                                    const MakeStepRunner& make_runner,
                                                    Observer& observer);
  virtual ~LocalStack() = default;

  // --- one job -----------------------------------------------------------------------------------
  /// Runs one execution to its end, and until no cluster is left.
  virtual Ended Run(const std::string& execution_name, const Json& input) = 0;

  /// From any thread or signal handler of the io_context: ends the clusters; the state machine
  /// then finds the job cancelled. The second call aborts the execution.
  virtual void Cancel() = 0;

  /// `done` is called on the owning thread when Run or Serve is about to return: whoever keeps
  /// timers or signals on `io` lets go of them then.
  virtual void OnDone(std::function<void()> done) = 0;

  // --- many --------------------------------------------------------------------------------------
  /// Answers calls until Stop. What runs on goes on, or ends truthfully, with the next Create over
  /// the same documents.
  virtual void Serve() = 0;
  /// The clusters lose their machines and end, and so do the executions that wait for them: that
  /// takes moments, and no longer than Options::stop_patience. Then Serve lets the functions that
  /// run finish, and returns. A second call waits for functions only.
  virtual void Stop() = 0;

  /// On the owning thread.
  virtual Result<Json> CallEmr(const Region& region, std::string_view operation,
                               const Json& request) = 0;
  virtual Result<Json> CallStepFunctions(const Region& region, std::string_view operation,
                                         const Json& request) = 0;
  virtual std::string StateMachineArn(const Region& region) const = 0;
  /// The regions that have clusters, and the one of `Options::stack`.
  virtual std::vector<Region> Regions() const = 0;

  virtual boost::asio::io_context& io() = 0;
};

}  // namespace ecm::local_stack
