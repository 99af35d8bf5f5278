#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <functional>

#include "env/log.h"
#include "local_stack/due_timer.h"
#include "local_stack/functions.h"
#include "sfn_model/sfn_model.h"
#include "store/document_store.h"

namespace ecm::local_stack {

/// Step Functions on this machine: the model in real time, its tasks as invocations of our
/// functions and as notices in a folder. One thread, that of the io_context.
class StepFunctionsHost : private sfn_model::TaskRunner {
 public:
  struct Sinks {
    std::function<void(const ExecutionArn&, const std::string& state)> on_state;
    /// An execution has come to its end; the model still knows all of it.
    std::function<void(const ExecutionArn&)> on_end;
    /// A function that was called for an execution has answered, too late for it to matter.
    std::function<void(const ExecutionArn&)> on_late_answer;
    std::function<void(const std::filesystem::path& file)> on_notice;
    /// After every change.
    std::function<void()> on_settled;
    /// The topic that `topic` is for an execution of `region`: the definition names the stack's own
    /// topic once, and each region has one.
    std::function<std::string(const Region& region, const std::string& topic)> topic_of = {};
  };

  StepFunctionsHost(boost::asio::io_context& io, sfn_model::Options options, const Clock& clock,
                    Random& random, Log& log, DocumentStore& store, Functions& functions,
                    std::filesystem::path notices, Sinks sinks);

  /// Brings back what the store knows; before the first Call.
  Result<void> Restore();

  /// An answer tells what is stored: where the store fails, the error is kUnknownOutcome.
  Result<Json> Call(const Region& region, std::string_view operation, const Json& request);

  const asl::Execution* Find(const ExecutionArn& execution) const { return model_.Find(execution); }
  bool IsRunning(const ExecutionArn& execution) const;

  /// From now on tasks are not begun: the process is about to end, and Restore sees to them.
  void Stop() { stopped_ = true; }

 private:
  void Start(const ExecutionArn& execution, const asl::RunTask& task) override;
  void Invoke(const ExecutionArn& execution, const asl::RunTask& task);
  void Publish(const ExecutionArn& execution, const asl::RunTask& task);
  void Answer(const ExecutionArn& execution, asl::ActivityId task, Result<Json> answer);
  void Err(const ExecutionArn& execution, asl::ActivityId task, std::string error,
           std::string cause);
  Result<void> Settle();

  boost::asio::io_context& io_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  DocumentStore& store_;
  Functions& functions_;
  std::filesystem::path notices_;
  Sinks sinks_;
  sfn_model::SfnModel model_;
  DueTimer timer_;
  bool stopped_ = false;
};

}  // namespace ecm::local_stack
