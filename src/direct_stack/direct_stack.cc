#include "direct_stack/direct_stack.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <optional>

#include "aws/executions.h"
#include "direct_stack/cluster_watch.h"
#include "lifecycle/shipped_definition.h"
#include "local_stack/due_timer.h"
#include "local_stack/functions.h"
#include "local_stack/notices.h"
#include "local_stack/posted_ports.h"
#include "local_stack/reaper.h"
#include "local_stack/step_functions_host.h"

namespace ecm::direct_stack {
namespace {

namespace asio = boost::asio;
using local_stack::Ended;

/// The executions live in this process: they belong to no account.
constexpr std::string_view kAccount = "000000000000";
constexpr Duration kLongestPause = std::chrono::minutes{5};

std::string MachineName(const Options& options) { return "ecm-" + options.stack.stage; }

std::string Arn(const Options& options, std::string_view kind, const std::string& tail) {
  return "arn:aws:states:" + options.stack.region.str() + ":" + std::string(kAccount) + ":" +
         std::string(kind) + ":" + tail;
}

std::string TopicArn(const Options& options) {
  return "arn:aws:sns:" + options.stack.region.str() + ":" + std::string(kAccount) + ":" +
         MachineName(options) + "-failures";
}

sfn_model::Options StepFunctionsOptions(const Options& options, const Json& definition,
                                        const DocumentStore& documents) {
  sfn_model::Options model;
  model.account = kAccount;
  model.built_in = {{MachineName(options), definition}};
  model.keep_changes = true;
  model.store = &documents;
  return model;
}

/// The end of an execution that an earlier process saw; null where it never came to an outcome.
Ended EndOfDescribed(const Json& described) {
  const bool succeeded = StringOr(described, "status") == "SUCCEEDED";
  Ended ended{succeeded ? asl::Status::kSucceeded : asl::Status::kFailed, nullptr,
              StringOr(described, "error"), StringOr(described, "cause")};
  if (StringOr(described, "status") == "ABORTED") ended.status = asl::Status::kAborted;
  const Result<Json> outcome = ParseJson(succeeded ? StringOr(described, "output") : ended.cause);
  if (outcome && Find(*outcome, "verdict") != nullptr) ended.outcome = *outcome;
  return ended;
}

class Stack : public DirectStack {
 public:
  Stack(Options options, Outside outside, local_stack::Observer& observer, const Json& definition)
      : options_(std::move(options)),
        outside_(outside),
        observer_(observer),
        pause_(options_.look_every),
        functions_(io_, [this](const Region&) { return HandlerPorts(); }),
        step_functions_(
            io_, StepFunctionsOptions(options_, definition, outside_.documents), outside_.clock,
            outside_.random, outside_.log, outside_.documents, functions_,
            options_.state_dir / "notices",
            {.on_state = [this](const ExecutionArn& execution,
                                const std::string& state) { observer_.OnState(execution, state); },
             .on_end = [this](const ExecutionArn& execution) { OnEnd(execution); },
             .on_late_answer = [this](const ExecutionArn&) { Reap(); },
             .on_notice = [this](const std::filesystem::path& file) { observer_.OnNotice(file); },
             .on_settled = [this] { LeaveIfDone(); }}),
        tokens_(io_, [this](const TaskToken& token,
                            const Json& output) { return SendTaskSuccess(token, output); }),
        posted_step_functions_(
            io_,
            [this](const Region& region, std::string_view operation, const Json& request) {
              return step_functions_.Call(region, operation, request);
            }),
        executions_(posted_step_functions_),
        notices_(options_.state_dir / "notices", TopicArn(options_), outside_.clock,
                 outside_.random,
                 [this](const std::filesystem::path& file) {
                   asio::post(io_, [this, file] { observer_.OnNotice(file); });
                 }),
        timer_(io_, outside_.clock, [this] { Look(); }) {}

  ~Stack() override {
    step_functions_.Stop();
    functions_.Drain();
  }

  Result<void> Restore() { return step_functions_.Restore(); }

  Ended Run(const std::string& execution_name, const Json& input) override;
  bool IsUnfinished(const std::string& execution_name) const override {
    return step_functions_.IsRunning(ArnOf(execution_name));
  }
  void Cancel() override;
  void OnDone(std::function<void()> done) override { on_done_ = std::move(done); }
  asio::io_context& io() override { return io_; }

 private:
  /// What the pool found out; it is read on the owning thread.
  struct Sighting {
    std::optional<ClusterId> cluster;  ///< of the record
    Result<Changes> changes;
  };

  ExecutionArn ArnOf(const std::string& name) const {
    return ExecutionArn(Arn(options_, "execution", MachineName(options_) + ":" + name));
  }
  lifecycle::Ports HandlerPorts() {
    return {outside_.clock, outside_.random, outside_.log,     outside_.emr,
            outside_.jobs,  tokens_,         outside_.objects, executions_,
            notices_,       options_.stack,  options_.patience};
  }
  Result<void> SendTaskSuccess(const TaskToken& token, const Json& output);
  void Begin(const std::string& execution_name, const Json& input);
  void Look();
  Sighting LookAtCluster();
  void Tell(const Changes& changes);
  void Wake(const ClusterId& cluster);
  void Abort();
  void OnEnd(const ExecutionArn& execution);
  void Reap();
  void Conclude(const asl::Execution& execution);
  void LeaveIfDone();

  Options options_;
  Outside outside_;
  local_stack::Observer& observer_;
  Duration pause_;
  asio::io_context io_{1};
  local_stack::Functions functions_;
  local_stack::StepFunctionsHost step_functions_;
  local_stack::PostedTokens tokens_;
  local_stack::PostedStepFunctions posted_step_functions_;
  StepFunctionsExecutions executions_;
  local_stack::FolderNotices notices_;
  local_stack::DueTimer timer_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::function<void()> on_done_;

  ExecutionArn job_;
  std::optional<ClusterWatch> watch_;  ///< touched by one look at a time
  bool looking_ = false;
  bool cancelled_ = false;
  std::optional<Ended> ended_;
};

// --- the execution -------------------------------------------------------------------------------

Ended Stack::Run(const std::string& execution_name, const Json& input) {
  job_ = ArnOf(execution_name);
  asio::post(io_, [&] { Begin(execution_name, input); });
  work_.emplace(asio::make_work_guard(io_));
  io_.run();
  return *ended_;
}

void Stack::Begin(const std::string& execution_name, const Json& input) {
  const Region& region = options_.stack.region;
  const Result<Json> left =
      step_functions_.Call(region, "DescribeExecution", JsonObject{{"executionArn", job_.str()}});
  if (left && StringOr(*left, "status") != "RUNNING") {
    ended_ = EndOfDescribed(*left);
    return LeaveIfDone();
  }
  if (!left) {
    const Result<Json> started = step_functions_.Call(
        region, "StartExecution",
        JsonObject{{"stateMachineArn", Arn(options_, "stateMachine", MachineName(options_))},
                   {"name", execution_name},
                   {"input", ToText(input)}});
    if (!started) {
      ended_ = Ended{asl::Status::kFailed, nullptr, started.error().code, started.error().message};
      return LeaveIfDone();
    }
  }
  timer_.Arm(outside_.clock.Wall() + pause_);
}

void Stack::OnEnd(const ExecutionArn& execution) {
  const asl::Execution* over = step_functions_.Find(execution);
  if (over == nullptr || execution != job_) return;
  if (over->status() != asl::Status::kSucceeded) Reap();
  Conclude(*over);
}

void Stack::Conclude(const asl::Execution& execution) {
  ended_ = local_stack::EndOf(execution, outside_.jobs, /*released=*/false, outside_.clock.Wall());
  local_stack::KeepRecords(options_.state_dir / "executions" / execution.identity().execution_name,
                           execution, *ended_, outside_.log);
}

// --- Ctrl-C --------------------------------------------------------------------------------------

void Stack::Cancel() {
  asio::post(io_, [this] {
    if (ended_ || job_.empty()) return;
    if (cancelled_) return Abort();
    cancelled_ = true;
    const auto ended = std::make_shared<bool>(false);
    functions_.Run(
        [this, ended] {
          const auto record = outside_.jobs.Get(job_);
          if (!record || !*record || (*record)->cluster.empty()) return;
          const Result<void> done =
              local_stack::EndCluster((*record)->region, (*record)->cluster, outside_.emr);
          *ended = done.has_value();
          if (!done) {
            outside_.log.Warning(
                "the cluster could not be ended",
                {{"cluster_id", (*record)->cluster.str()}, {"error", done.error().message}});
          }
        },
        [this, ended] {
          if (!*ended) return Abort();
          Look();
        });
  });
}

void Stack::Abort() {
  if (ended_) return LeaveIfDone();
  static_cast<void>(step_functions_.Call(
      options_.stack.region, "StopExecution",
      JsonObject{{"executionArn", job_.str()},
                 {"error", "Cancelled"},
                 {"cause", "the job was stopped; nobody waited for the end of its cluster"}}));
}

/// What an execution that was aborted has not released.
void Stack::Reap() {
  functions_.Run(
      [this] { local_stack::EndWhatIsLeft(job_, outside_.jobs, outside_.emr, outside_.log); },
      [this] { LeaveIfDone(); });
}

// --- what happens on the cluster -----------------------------------------------------------------

void Stack::Look() {
  if (ended_) return LeaveIfDone();
  if (looking_) return;
  looking_ = true;
  const auto sighting = std::make_shared<Sighting>();
  functions_.Run([this, sighting] { *sighting = LookAtCluster(); },
                 [this, sighting] {
                   looking_ = false;
                   if (sighting->changes) {
                     pause_ = options_.look_every;
                     Tell(*sighting->changes);
                   } else {
                     pause_ = std::min(pause_ * 2, kLongestPause);
                     outside_.log.Warning("the cluster could not be looked at",
                                          {{"error", sighting->changes.error().message}});
                   }
                   if (!ended_) timer_.Arm(outside_.clock.Wall() + pause_);
                   LeaveIfDone();
                 });
}

Stack::Sighting Stack::LookAtCluster() {
  Result<std::optional<JobRecord>> record = outside_.jobs.Get(job_);
  if (!record) return {{}, Fail(std::move(record.error()))};
  if (!*record || (*record)->cluster.empty()) return {{}, Changes{}};
  const JobRecord& job = **record;
  if (!watch_ || watch_->cluster() != job.cluster) watch_.emplace(job.cluster);
  return {job.cluster, watch_->Look(EmrClient(outside_.emr, job.region))};
}

void Stack::Tell(const Changes& changes) {
  if (!watch_) return;
  if (changes.cluster) observer_.OnCluster(watch_->cluster(), *changes.cluster);
  for (const auto& [name, state] : changes.steps) observer_.OnStep(watch_->cluster(), name, state);
  if (changes.wakes) Wake(watch_->cluster());
}

void Stack::Wake(const ClusterId& cluster) {
  const Result<void> woken = functions_.Invoke(
      "wake", options_.stack.region,
      JsonObject{{"detail", JsonObject{{"clusterId", cluster.str()}}}},
      [this](const Result<Json>& answer) {
        // The heartbeat finds out what nobody was woken for.
        if (!answer) outside_.log.Warning("wake failed", {{"error", answer.error().message}});
        LeaveIfDone();
      });
  static_cast<void>(woken);  // wake is one of our functions
}

Result<void> Stack::SendTaskSuccess(const TaskToken& token, const Json& output) {
  const Result<Json> sent =
      step_functions_.Call(options_.stack.region, "SendTaskSuccess",
                           JsonObject{{"taskToken", token.str()}, {"output", ToText(output)}});
  if (sent) return {};
  return Fail(sent.error());
}

void Stack::LeaveIfDone() {
  if (!ended_ || functions_.in_flight() > 0 || !work_) return;
  work_.reset();
  if (on_done_) on_done_();
  // What is left on the loop (far timers) belongs to nobody any more.
  io_.stop();
}

}  // namespace

Result<std::unique_ptr<DirectStack>> DirectStack::Create(Options options, Outside outside,
                                                         local_stack::Observer& observer) {
  ECM_TRY(const Json definition, lifecycle::ShippedDefinition({{"partition", "aws"},
                                                               {"topic", TopicArn(options)},
                                                               {"submit", "submit"},
                                                               {"await", "await"},
                                                               {"inspect", "inspect"},
                                                               {"release", "release"},
                                                               {"report", "report"}}));
  auto stack = std::make_unique<Stack>(std::move(options), outside, observer, definition);
  ECM_TRY_VOID(stack->Restore());
  return std::unique_ptr<DirectStack>(std::move(stack));
}

}  // namespace ecm::direct_stack
