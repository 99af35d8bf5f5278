#include "local_stack/emr_host.h"

#include <utility>

#include "aws/emr_types.h"
#include "local_stack/commit.h"

namespace ecm::local_stack {
namespace {

emr_model::Options WithStore(emr_model::Options options, const DocumentStore& store) {
  options.store = &store;
  return options;
}

}  // namespace

EmrHost::EmrHost(boost::asio::io_context& io, emr_model::Options options, const Clock& clock,
                 Random& random, Log& log, DocumentStore& store, const MakeStepRunner& make_runner,
                 Sinks sinks)
    : log_(log),
      store_(store),
      sinks_(std::move(sinks)),
      runner_(make_runner(
          io, {.on_step_exit =
                   [this](const ClusterId& cluster, const StepId& step,
                          const emr_model::StepExit& exit) {
                     model_.OnStepExit(cluster, step, exit);
                     static_cast<void>(Settle());
                   },
               .on_bootstrap_exit =
                   [this](const ClusterId& cluster, const emr_model::BootstrapExit& exit) {
                     model_.OnBootstrapExit(cluster, exit);
                     static_cast<void>(Settle());
                   },
               .on_step_waits =
                   [this](const ClusterId& cluster, const StepId& step, std::string message) {
                     model_.OnStepWaits(cluster, step, std::move(message));
                   }})),
      model_(WithStore(std::move(options), store), clock, random, *runner_,
             [this](const Json& event) { events_.push_back(event); }),
      timer_(io, clock, [this] {
        model_.Advance();
        static_cast<void>(Settle());
      }) {}

Result<void> EmrHost::Restore() {
  ECM_TRY_VOID(model_.Restore(store_));
  return Settle();
}

Result<Json> EmrHost::Call(const Region& region, std::string_view operation, const Json& request) {
  Result<Json> answer = model_.Call(region, operation, request);
  ECM_TRY_VOID(Settle());
  if (answer && operation == "RunJobFlow") {
    sinks_.on_created(ClusterId(StringOr(*answer, "JobFlowId")), request);
  }
  return answer;
}

void EmrHost::LoseAll() {
  model_.LoseAll();
  static_cast<void>(Settle());
}

Result<void> EmrHost::Settle() {
  timer_.Arm(model_.NextDue());
  const std::vector<Document> changes = model_.TakeChanges();
  if (const Result<void> stored = CommitChanges(changes, store_, log_); !stored.has_value()) {
    model_.PutBackChanges();
    return stored;
  }
  Show(changes);
  for (const Json& event : std::exchange(events_, {})) sinks_.on_event(event);
  sinks_.on_settled();
  return {};
}

/// Not every state has an event (facts: events §1): what is told is read from what has changed.
void EmrHost::Show(const std::vector<Document>& changes) {
  for (const Document& change : changes) {
    if (change.kind != "emr_cluster" || change.body.is_null()) continue;
    const ClusterId cluster(change.id);
    const std::string state = StringOr(change.body, "state");
    std::string& shown = shown_[cluster];
    const bool news = shown != state;
    shown = state;
    if (IsFinal(ParseClusterState(state))) shown_.erase(cluster);
    if (news) sinks_.on_cluster(cluster, state);
  }
}

}  // namespace ecm::local_stack
