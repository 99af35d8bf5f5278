#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "aws/emr_api.h"
#include "aws/object_store.h"
#include "lifecycle/ports.h"
#include "local_stack/local_stack.h"
#include "store/document_store.h"
#include "store/job_store.h"

namespace ecm::direct_stack {

struct Options {
  std::filesystem::path state_dir;  ///< for notices and the records of the execution
  StackConfig stack;
  lifecycle::Patience patience = lifecycle::PatienceOfOneMachine();
  Duration look_every = std::chrono::seconds{30};  ///< at the cluster; longer while EMR throttles
};

/// What lies outside of the process; all of it fit for several threads.
struct Outside {
  Clock& clock;
  Random& random;
  Log& log;
  EmrApi& emr;
  JobStore& jobs;
  ObjectStore& objects;
  DocumentStore& documents;  ///< the execution; what is in it goes on
};

/// One execution of the shipped state machine in this process, on Amazon EMR itself.
class DirectStack {
 public:
  static Result<std::unique_ptr<DirectStack>> Create(Options options, Outside outside,
                                                     local_stack::Observer& observer);
  virtual ~DirectStack() = default;

  /// Runs the execution to its end. One of this name that an earlier process left goes on, whatever
  /// `input` is; of one that is over this is the end.
  virtual local_stack::Ended Run(const std::string& execution_name, const Json& input) = 0;
  /// Whether the documents hold an execution of this name that is not over.
  virtual bool IsUnfinished(const std::string& execution_name) const = 0;
  /// From any thread: ends the cluster; the state machine then finds the job cancelled. The second
  /// call aborts the execution.
  virtual void Cancel() = 0;
  /// `done` is called on the owning thread when Run is about to return.
  virtual void OnDone(std::function<void()> done) = 0;
  virtual boost::asio::io_context& io() = 0;
};

}  // namespace ecm::direct_stack
