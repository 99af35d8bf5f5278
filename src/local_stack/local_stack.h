#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "asl/execution.h"
#include "aws/object_store.h"
#include "base/json.h"
#include "emr_model/emr_model.h"
#include "env/log.h"
#include "lifecycle/ports.h"
#include "store/job_store.h"

namespace ecm::local_stack {

/// Told on the owning thread, in the order in which things happen.
class Observer {
 public:
  virtual ~Observer() = default;
  /// The execution entered a state.
  virtual void OnState(const std::string& state) = 0;
  /// A cluster of the EMR model entered a state ("BOOTSTRAPPING").
  virtual void OnCluster(const ClusterId& cluster, const std::string& state) = 0;
  /// A step of it did.
  virtual void OnStep(const ClusterId& cluster, const std::string& name,
                      const std::string& state) = 0;
  /// A notice was published; `file` holds it.
  virtual void OnNotice(const std::filesystem::path& file) = 0;
};

using StepEnd = std::function<void(const ClusterId&, const StepId&, const emr_model::StepExit&)>;
/// Makes what runs the steps. It reports ends through StepEnd on the io_context's thread.
using MakeStepRunner =
    std::function<std::unique_ptr<emr_model::StepRunner>(boost::asio::io_context&, StepEnd)>;

struct Options {
  std::filesystem::path state_dir;
  StackConfig stack;
  lifecycle::Patience patience;
  /// As short as can be told apart: each state is entered, none is waited in.
  emr_model::Timings timings{Duration{1}, Duration{1}, Duration{1}};
};

/// What lies outside of the process.
struct Outside {
  Clock& clock;
  Random& random;
  Log& log;
  JobStore& jobs;
  ObjectStore& objects;
};

struct Ended {
  asl::Status status = asl::Status::kFailed;
  Json outcome;  ///< schema/outcome.schema.json, or null if the execution never came so far
  std::string error;
  std::string cause;
};

class LocalStack {
 public:
  /// kInternal if the definition that is built into this program cannot be run.
  static Result<std::unique_ptr<LocalStack>> Create(Options options, Outside outside,
                                                    const MakeStepRunner& make_runner,
                                                    Observer& observer);
  virtual ~LocalStack() = default;

  /// Runs one execution to its end, and until no cluster is left.
  virtual Ended Run(const std::string& execution_name, const Json& input) = 0;

  /// From any thread or signal handler of the io_context: ends the clusters; the state machine
  /// then finds the job cancelled. The second call aborts the execution.
  virtual void Cancel() = 0;

  /// `done` is called on the owning thread when the execution and its clusters are over: whoever
  /// keeps timers or signals on `io` lets go of them then.
  virtual void OnDone(std::function<void()> done) = 0;

  virtual boost::asio::io_context& io() = 0;
};

}  // namespace ecm::local_stack
