#include "local_stack/local_stack.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <optional>
#include <set>
#include <variant>

#include "asl/definition.h"
#include "aws/emr_client.h"
#include "lifecycle/handlers.h"
#include "lifecycle/shipped_definition.h"
#include "local_stack/event_rule.h"
#include "local_stack/execution_records.h"
#include "local_stack/notices.h"
#include "local_stack/posted_ports.h"

namespace ecm::local_stack {
namespace {

namespace asio = boost::asio;

/// As many invocations at once; the rest wait, as with a reserved concurrency.
constexpr std::size_t kPoolThreads = 4;

constexpr std::string_view kAccount = "000000000000";

emr_model::Options ModelOptions(const Options& options) {
  emr_model::Options model;
  model.account = kAccount;
  model.timings = options.timings;
  return model;
}

class Stack : public LocalStack {
 public:
  Stack(Options options, Outside outside, const MakeStepRunner& make_runner, Observer& observer,
        std::shared_ptr<const asl::Definition> definition)
      : options_(std::move(options)),
        outside_(outside),
        observer_(observer),
        definition_(std::move(definition)),
        runner_(make_runner(
            io_,
            [this](const ClusterId& cluster, const StepId& step, const emr_model::StepExit& exit) {
              model_.OnStepExit(cluster, step, exit);
              AfterModel();
            })),
        model_(ModelOptions(options_), outside_.clock, outside_.random, *runner_,
               [this](const Json& event) { OnEmrEvent(event); }),
        model_timer_(io_),
        model_port_(*this),
        emr_(io_, model_port_),
        tokens_(io_, [this](const TaskToken& token, const Json& output) {
          return SendTaskSuccess(token, output);
        }) {}

  Ended Run(const std::string& execution_name, const Json& input) override;
  void Cancel() override;
  void OnDone(std::function<void()> done) override { on_done_ = std::move(done); }
  asio::io_context& io() override { return io_; }

 private:
  /// The model as the handlers reach it: every call may have made something due.
  struct ModelPort : EmrApi {
    explicit ModelPort(Stack& stack) : stack_(stack) {}
    Result<Json> Call(const Region& region, std::string_view operation,
                      const Json& request) override {
      Result<Json> answer = stack_.model_.Call(region, operation, request);
      stack_.AfterModel();
      return answer;
    }
    Stack& stack_;
  };

  void Apply(const asl::Event& event);
  void Do(const asl::RunTask& task);
  void Do(const asl::SetTimer& timer);
  void Do(const asl::Finished& finished);
  void Invoke(const asl::RunTask& task);
  void Publish(const asl::RunTask& task);
  void OnPool(std::function<void()> work);
  void OnEmrEvent(const Json& event);
  void AfterModel();
  void ShowClusters();
  Result<void> SendTaskSuccess(const TaskToken& token, const Json& output);
  void LeaveIfDone();
  lifecycle::Ports HandlerPorts();
  Ended Conclude() const;
  void KeepRecords(const Ended& ended) const;
  void EndClusters();

  Options options_;
  Outside outside_;
  Observer& observer_;
  std::shared_ptr<const asl::Definition> definition_;
  asio::io_context io_{1};
  std::unique_ptr<emr_model::StepRunner> runner_;
  emr_model::EmrModel model_;
  asio::steady_timer model_timer_;
  ModelPort model_port_;
  PostedEmr emr_;
  PostedTokens tokens_;
  asio::thread_pool pool_{kPoolThreads};
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::optional<asl::Execution> execution_;
  std::map<asl::ActivityId, asio::steady_timer> timers_;
  std::string state_;
  std::map<ClusterId, std::string> shown_;  ///< the last state that was shown
  std::set<ClusterId> told_to_end_;
  std::size_t in_flight_ = 0;  ///< handlers on the pool
  bool finished_ = false;
  bool cancelled_ = false;
  bool left_ = false;
  std::function<void()> on_done_;
};

// --- the execution -------------------------------------------------------------------------------

Ended Stack::Run(const std::string& execution_name, const Json& input) {
  const std::string& region = options_.stack.region.str();
  const std::string machine = "ecm-" + options_.stack.stage;
  const auto arn = [&](std::string_view kind, const std::string& tail) {
    return "arn:aws:states:" + region + ":" + std::string(kAccount) + ":" + std::string(kind) +
           ":" + tail;
  };
  asl::Identity identity;
  identity.execution_arn = arn("execution", machine + ":" + execution_name);
  identity.execution_name = execution_name;
  identity.state_machine_arn = arn("stateMachine", machine);
  identity.state_machine_name = machine;
  identity.role_arn = "arn:aws:iam::" + std::string(kAccount) + ":role/" + machine;
  execution_.emplace(definition_, identity, input);

  work_.emplace(asio::make_work_guard(io_));
  asio::post(io_, [this] { Apply(asl::Start{}); });
  io_.run();
  pool_.join();
  Ended ended = Conclude();
  KeepRecords(ended);
  return ended;
}

void Stack::Apply(const asl::Event& event) {
  const std::vector<asl::Command> commands =
      execution_->Apply(event, outside_.clock.Wall(), outside_.random);
  if (execution_->current_state() != state_) {
    state_ = execution_->current_state();
    if (!state_.empty()) observer_.OnState(state_);
  }
  for (const asl::Command& command : commands) {
    std::visit([this](const auto& what) { Do(what); }, command);
  }
}

void Stack::Do(const asl::RunTask& task) {
  if (task.resource == "sns:publish") {
    Publish(task);
  } else {
    Invoke(task);
  }
}

void Stack::Do(const asl::SetTimer& timer) {
  const Duration delay = std::max(timer.due - outside_.clock.Wall(), Duration{0});
  auto [entry, added] = timers_.try_emplace(timer.timer, io_);
  entry->second.expires_after(delay);
  entry->second.async_wait([this, id = timer.timer](const boost::system::error_code& error) {
    if (error || finished_) return;
    timers_.erase(id);
    Apply(asl::TimerFired{id});
  });
}

void Stack::Do(const asl::Finished& /*finished*/) {
  finished_ = true;
  timers_.clear();
  // The laptop's reaper: an execution that was aborted has released nothing.
  EndClusters();
  LeaveIfDone();
}

// --- what tasks reach ----------------------------------------------------------------------------

lifecycle::Ports Stack::HandlerPorts() {
  return {outside_.clock,   outside_.random, outside_.log,     emr_, outside_.jobs, tokens_,
          outside_.objects, options_.stack,  options_.patience};
}

void Stack::Invoke(const asl::RunTask& task) {
  const lifecycle::Handler handler =
      lifecycle::FindHandler(StringOr(task.parameters, "FunctionName"));
  const Json* payload = Find(task.parameters, "Payload");
  if (handler == nullptr || payload == nullptr) {
    Apply(asl::TaskErred{task.task, "Lambda.ResourceNotFoundException",
                         "there is no function " + StringOr(task.parameters, "FunctionName")});
    return;
  }
  OnPool([this, handler, id = task.task, event = *payload] {
    lifecycle::Ports ports = HandlerPorts();
    Result<Json> answer = handler(event, ports);
    asio::post(io_, [this, id, answer = std::move(answer)]() mutable {
      if (answer) {
        Apply(asl::TaskAnswered{id, JsonObject{{"ExecutedVersion", "$LATEST"},
                                               {"Payload", *std::move(answer)},
                                               {"StatusCode", 200}}});
      } else {
        Apply(asl::TaskErred{id, std::string(ErrorName(answer.error().kind)),
                             ToText(lifecycle::ToLambdaError(answer.error()))});
      }
    });
  });
}

void Stack::Publish(const asl::RunTask& task) {
  const std::string message_id = RandomUuid(outside_.random);
  const Result<std::filesystem::path> file = WriteNotice(options_.state_dir / "notices", message_id,
                                                         task.parameters, outside_.clock.Wall());
  if (!file) {
    Apply(asl::TaskErred{task.task, "SNS.InternalErrorException", file.error().message});
    return;
  }
  observer_.OnNotice(*file);
  Apply(asl::TaskAnswered{task.task, JsonObject{{"MessageId", message_id}}});
}

void Stack::OnPool(std::function<void()> work) {
  ++in_flight_;
  asio::post(pool_, [this, work = std::move(work)] {
    work();
    asio::post(io_, [this] {
      --in_flight_;
      LeaveIfDone();
    });
  });
}

// --- the model -----------------------------------------------------------------------------------

void Stack::OnEmrEvent(const Json& event) {
  const Json* detail = Find(event, "detail");
  if (detail != nullptr && StringOr(event, "detail-type") == "EMR Step Status Change") {
    ShowClusters();
    observer_.OnStep(ClusterId(StringOr(*detail, "clusterId")), StringOr(*detail, "name"),
                     StringOr(*detail, "state"));
  }
  if (!WakesJobs(event, options_.stack.stage)) return;
  asio::post(io_, [this, event] {
    // Nobody waits any more, and the loop may be about to end: the pool must not call into it.
    if (finished_) return;
    OnPool([this, event] {
      lifecycle::Ports ports = HandlerPorts();
      const Result<Json> woken = lifecycle::Wake(event, ports);
      if (!woken) outside_.log.Warning("wake failed", {{"error", woken.error().message}});
    });
  });
}

/// Not every state has an event (facts: events §1): what is shown is read from the clusters.
void Stack::ShowClusters() {
  for (const ClusterId& cluster : model_.LiveClusters()) shown_.try_emplace(cluster);
  EmrClient emr(model_, options_.stack.region);
  for (auto& [id, state] : shown_) {
    if (IsFinal(ParseClusterState(state))) continue;
    const Result<Cluster> cluster = emr.DescribeCluster(id);
    if (!cluster || cluster->state_name == state) continue;
    state = cluster->state_name;
    observer_.OnCluster(id, state);
  }
}

void Stack::AfterModel() {
  ShowClusters();
  const std::optional<WallTime> due = model_.NextDue();
  if (!due) {
    LeaveIfDone();
    return;
  }
  model_timer_.expires_after(std::max(*due - outside_.clock.Wall(), Duration{0}));
  model_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    model_.Advance();
    AfterModel();
  });
}

Result<void> Stack::SendTaskSuccess(const TaskToken& token, const Json& output) {
  if (!execution_->WaitsFor(token.str())) {
    return Fail(ErrorKind::kNotFound, "no task waits for this token", "TaskTimedOut");
  }
  asio::post(io_,
             [this, token = token.str(), output] { Apply(asl::TokenSucceeded{token, output}); });
  return {};
}

void Stack::EndClusters() {
  for (const ClusterId& cluster : model_.LiveClusters()) {
    if (!told_to_end_.insert(cluster).second) continue;
    const JsonArray ids{Json(cluster.str())};
    const Region& region = options_.stack.region;
    // A cluster that is gone meanwhile is what was wanted.
    static_cast<void>(
        model_port_.Call(region, "SetTerminationProtection",
                         JsonObject{{"JobFlowIds", ids}, {"TerminationProtected", false}}));
    static_cast<void>(
        model_port_.Call(region, "TerminateJobFlows", JsonObject{{"JobFlowIds", ids}}));
  }
}

// --- the end -------------------------------------------------------------------------------------

void Stack::Cancel() {
  asio::post(io_, [this] {
    if (finished_) return;
    const bool first = !cancelled_;
    cancelled_ = true;
    if (first && !model_.LiveClusters().empty()) {
      EndClusters();
      return;
    }
    Apply(asl::StopRequested{"Cancelled", shown_.empty()
                                              ? "the job was stopped before it had a cluster"
                                              : "the job was stopped; its cluster was ended "
                                                "without waiting for the state machine"});
  });
}

void Stack::LeaveIfDone() {
  if (!finished_ || in_flight_ > 0) return;
  if (!model_.LiveClusters().empty()) {
    // A submit that was under way when the execution was stopped has created one after all.
    if (execution_->status() == asl::Status::kAborted) EndClusters();
    return;
  }
  if (left_) return;
  left_ = true;
  work_.reset();
  model_timer_.cancel();
  if (on_done_) on_done_();
}

Ended Stack::Conclude() const {
  Ended ended{execution_->status(), nullptr, execution_->error(), execution_->cause()};
  if (ended.status == asl::Status::kSucceeded) {
    ended.outcome = execution_->output();
    return ended;
  }
  const Result<Json> cause = ParseJson(ended.cause);
  ended.outcome = cause && Find(*cause, "verdict") != nullptr
                      ? *cause
                      : OutcomeOfStopped(*execution_, outside_.jobs, outside_.clock.Wall());
  return ended;
}

void Stack::KeepRecords(const Ended& ended) const {
  const std::filesystem::path folder =
      options_.state_dir / "executions" / execution_->identity().execution_name;
  for (const auto& [name, document] :
       {std::pair<const char*, Json>{"input.json", execution_->input()},
        {"history.json", ToHistory(*execution_)},
        {"outcome.json", ended.outcome}}) {
    const Result<void> written = WriteWhole(folder / name, ToPrettyText(document) + "\n");
    if (!written)
      outside_.log.Warning("a record was not kept", {{"error", written.error().message}});
  }
}

}  // namespace

Result<std::unique_ptr<LocalStack>> LocalStack::Create(Options options, Outside outside,
                                                       const MakeStepRunner& make_runner,
                                                       Observer& observer) {
  ECM_TRY(const Json document,
          lifecycle::ShippedDefinition(
              {{"partition", "aws"},
               {"topic", "arn:aws:sns:" + options.stack.region.str() + ":" + std::string(kAccount) +
                             ":ecm-" + options.stack.stage + "-failures"},
               {"submit", "submit"},
               {"await", "await"},
               {"inspect", "inspect"},
               {"release", "release"},
               {"report", "report"}}));
  const asl::DefinitionReading reading = asl::ReadDefinition(document);
  if (!reading.definition) {
    return Fail(ErrorKind::kInternal,
                "the state machine of this program is broken: " + reading.problems.front().pointer +
                    ": " + reading.problems.front().message);
  }
  return std::unique_ptr<LocalStack>(std::make_unique<Stack>(
      std::move(options), outside, make_runner, observer, reading.definition));
}

}  // namespace ecm::local_stack
