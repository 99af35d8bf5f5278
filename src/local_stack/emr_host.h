#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "aws/emr_api.h"
#include "emr_model/emr_model.h"
#include "env/log.h"
#include "local_stack/due_timer.h"
#include "store/document_store.h"

namespace ecm::local_stack {

/// What runs steps tells through these, on the io_context's thread.
struct RunnerEvents {
  std::function<void(const ClusterId&, const StepId&, const emr_model::StepExit&)> on_step_exit;
  std::function<void(const ClusterId&, const emr_model::BootstrapExit&)> on_bootstrap_exit;
  std::function<void(const ClusterId&, const StepId&, std::string message)> on_step_waits;
};
using MakeStepRunner =
    std::function<std::unique_ptr<emr_model::StepRunner>(boost::asio::io_context&, RunnerEvents)>;

/// EMR on this machine: the model in real time, with what runs its steps, and with a store that
/// knows of every change before anybody is answered. One thread, that of the io_context.
class EmrHost : public EmrApi {
 public:
  struct Sinks {
    /// EventBridge's event of a cluster or a step, once the store knows of it.
    emr_model::EmrModel::EventSink on_event;
    /// RunJobFlow has made a cluster of `request`.
    std::function<void(const ClusterId&, const Json& request)> on_created;
    /// A cluster has reached another state since the last look ("BOOTSTRAPPING").
    std::function<void(const ClusterId&, const std::string& state)> on_cluster;
    /// After every change and every transition.
    std::function<void()> on_settled;
  };

  EmrHost(boost::asio::io_context& io, emr_model::Options options, const Clock& clock,
          Random& random, Log& log, DocumentStore& store, const MakeStepRunner& make_runner,
          Sinks sinks);

  /// Brings back what the store knows; before the first Call.
  Result<void> Restore();

  /// An answer tells what is stored: where the store fails, the error is kUnknownOutcome.
  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) override;

  /// EmrModel::LoseAll.
  void LoseAll();

  std::vector<ClusterId> LiveClusters() const { return model_.LiveClusters(); }
  std::vector<Region> Regions() const { return model_.Regions(); }

 private:
  /// Stores what has changed, tells it, and arms the timer.
  Result<void> Settle();
  void Show(const std::vector<Document>& changes);

  Log& log_;
  DocumentStore& store_;
  Sinks sinks_;
  std::unique_ptr<emr_model::StepRunner> runner_;
  emr_model::EmrModel model_;
  DueTimer timer_;
  std::vector<Json> events_;                ///< not told yet
  std::map<ClusterId, std::string> shown_;  ///< the last state that was told, of live clusters
};

}  // namespace ecm::local_stack
