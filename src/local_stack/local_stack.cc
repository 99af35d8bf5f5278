#include "local_stack/local_stack.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <optional>
#include <set>

#include "lifecycle/shipped_definition.h"
#include "local_stack/event_rule.h"
#include "local_stack/functions.h"
#include "local_stack/notices.h"
#include "local_stack/posted_ports.h"
#include "local_stack/reaper.h"
#include "local_stack/step_functions_host.h"

namespace ecm::local_stack {
namespace {

namespace asio = boost::asio;

constexpr std::string_view kAccount = "000000000000";

emr_model::Options EmrOptions(const Options& options) {
  emr_model::Options model;
  model.account = kAccount;
  model.timings = options.timings;
  model.run_bootstrap_actions = true;
  return model;
}

/// Where the stack of `region` tells people of jobs that failed.
std::string TopicArn(const Region& region, const std::string& stage) {
  return "arn:aws:sns:" + region.str() + ":" + std::string(kAccount) + ":ecm-" + stage +
         "-failures";
}

std::string MachineName(const Options& options) { return StateMachineName(options.stack.stage); }

sfn_model::Options StepFunctionsOptions(const Options& options, const Json& definition,
                                        const DocumentStore& documents) {
  sfn_model::Options model;
  model.account = kAccount;
  model.built_in = {{MachineName(options), definition}};
  model.keep_changes = true;
  model.store = &documents;
  return model;
}

class Stack : public LocalStack {
 public:
  Stack(Options options, Outside outside, const MakeStepRunner& make_runner, Observer& observer,
        const Json& definition)
      : options_(std::move(options)),
        outside_(outside),
        observer_(observer),
        functions_(io_, [this](const Region& region) { return HandlerPorts(region); }),
        emr_(io_, EmrOptions(options_), outside_.clock, outside_.random, outside_.log,
             outside_.documents, make_runner,
             {.on_event = [this](const Json& event) { OnEmrEvent(event); },
              .on_created = [this](const ClusterId& cluster,
                                   const Json& request) { observer_.OnCreated(cluster, request); },
              .on_cluster = [this](const ClusterId& cluster,
                                   const std::string& state) { OnCluster(cluster, state); },
              .on_settled = [this] { LeaveIfDone(); }}),
        step_functions_(
            io_, StepFunctionsOptions(options_, definition, outside_.documents), outside_.clock,
            outside_.random, outside_.log, outside_.documents, functions_,
            options_.state_dir / "notices",
            {.on_state = [this](const ExecutionArn& execution,
                                const std::string& state) { observer_.OnState(execution, state); },
             .on_end = [this](const ExecutionArn& execution) { OnEnd(execution); },
             .on_late_answer = [this](const ExecutionArn& execution) { Reap(execution); },
             .on_notice = [this](const std::filesystem::path& file) { observer_.OnNotice(file); },
             .on_settled = [this] { LeaveIfDone(); },
             .topic_of =
                 [this](const Region& region, const std::string& topic) {
                   const std::string& stage = options_.stack.stage;
                   return topic == TopicArn(options_.stack.region, stage) ? TopicArn(region, stage)
                                                                          : topic;
                 }}),
        posted_emr_(io_, emr_),
        posted_step_functions_(
            io_,
            [this](const Region& region, std::string_view operation, const Json& request) {
              return step_functions_.Call(region, operation, request);
            }),
        executions_(posted_step_functions_),
        notices_(options_.state_dir / "notices",
                 TopicArn(options_.stack.region, options_.stack.stage), outside_.clock,
                 outside_.random, [this](const std::filesystem::path& file) {
                   asio::post(io_, [this, file] { observer_.OnNotice(file); });
                 }) {}

  ~Stack() override {
    step_functions_.Stop();
    functions_.Drain();
  }

  Result<void> Restore() {
    ECM_TRY_VOID(step_functions_.Restore());
    ECM_TRY_VOID(emr_.Restore());
    for (const Region& region : Regions()) WakeAll(region);
    return {};
  }

  Ended Run(const std::string& execution_name, const Json& input) override;
  void Cancel() override;
  void Serve() override;
  void Stop() override;
  void OnDone(std::function<void()> done) override { on_done_ = std::move(done); }
  asio::io_context& io() override { return io_; }

  Result<Json> CallEmr(const Region& region, std::string_view operation,
                       const Json& request) override {
    return emr_.Call(region, operation, request);
  }
  Result<Json> CallStepFunctions(const Region& region, std::string_view operation,
                                 const Json& request) override {
    return step_functions_.Call(region, operation, request);
  }
  std::string StateMachineArn(const Region& region) const override {
    return Arn(region, "stateMachine", MachineName(options_));
  }
  std::vector<Region> Regions() const override {
    std::vector<Region> regions = emr_.Regions();
    if (std::ranges::find(regions, options_.stack.region) == regions.end()) {
      regions.push_back(options_.stack.region);
    }
    return regions;
  }

 private:
  lifecycle::Ports HandlerPorts(const Region& region);
  static std::string Arn(const Region& region, std::string_view kind, const std::string& tail) {
    return "arn:aws:states:" + region.str() + ":" + std::string(kAccount) + ":" +
           std::string(kind) + ":" + tail;
  }
  bool IsOurs(const ExecutionArn& execution) const {
    return execution.str().find(":execution:" + MachineName(options_) + ":") != std::string::npos;
  }
  void StopNow();
  void WakeAll(const Region& region);
  void Wake(const Region& region, const Json& event);
  void LeaveIfDone();
  void RunUntilDone();
  TaskTokens& TokensOf(const Region& region);
  Result<void> SendTaskSuccess(const Region& region, const TaskToken& token, const Json& output);
  void OnEmrEvent(const Json& event);
  void OnCluster(const ClusterId& cluster, const std::string& state);
  void OnEnd(const ExecutionArn& execution);
  void Reap(const ExecutionArn& execution);
  void EndClusters();
  void Conclude(const asl::Execution& execution);

  Options options_;
  Outside outside_;
  Observer& observer_;
  asio::io_context io_{1};
  Functions functions_;
  EmrHost emr_;
  StepFunctionsHost step_functions_;
  PostedEmr posted_emr_;
  PostedStepFunctions posted_step_functions_;
  StepFunctionsExecutions executions_;
  FolderNotices notices_;
  std::map<Region, PostedTokens> tokens_;
  std::optional<asio::executor_work_guard<asio::io_context::executor_type>> work_;
  std::function<void()> on_done_;

  // Of Run.
  std::optional<ExecutionArn> job_;
  std::optional<Ended> ended_;
  bool had_cluster_ = false;
  bool cancelled_ = false;

  bool closing_ = false;               ///< Stop was called
  std::set<ExecutionArn> concluding_;  ///< executions that hear of their cluster's end meanwhile
  asio::steady_timer stop_timer_{io_};
  bool stopping_ = false;  ///< Serve is to return
};

// --- one job -------------------------------------------------------------------------------------

Ended Stack::Run(const std::string& execution_name, const Json& input) {
  const Region& region = options_.stack.region;
  job_ = ExecutionArn(Arn(region, "execution", MachineName(options_) + ":" + execution_name));
  asio::post(io_, [&] {
    const Result<Json> started =
        step_functions_.Call(region, "StartExecution",
                             JsonObject{{"stateMachineArn", StateMachineArn(region)},
                                        {"name", execution_name},
                                        {"input", ToText(input)}});
    if (started) return;
    ended_ = Ended{asl::Status::kFailed, nullptr, started.error().code, started.error().message};
    LeaveIfDone();
  });
  RunUntilDone();
  return *ended_;
}

void Stack::Cancel() {
  asio::post(io_, [this] {
    if (ended_ || !job_) return;
    const bool first = !cancelled_;
    cancelled_ = true;
    if (first && !emr_.LiveClusters().empty()) {
      EndClusters();
      return;
    }
    static_cast<void>(step_functions_.Call(
        options_.stack.region, "StopExecution",
        JsonObject{{"executionArn", job_->str()},
                   {"error", "Cancelled"},
                   {"cause", had_cluster_ ? "the job was stopped; its cluster was ended without "
                                            "waiting for the state machine"
                                          : "the job was stopped before it had a cluster"}}));
  });
}

void Stack::OnEnd(const ExecutionArn& execution) {
  const asl::Execution* over = step_functions_.Find(execution);
  if (over == nullptr) return;
  observer_.OnEnd(execution, std::string(asl::Name(over->status())));
  if (over->status() != asl::Status::kSucceeded && IsOurs(execution)) Reap(execution);
  if (job_ == execution) Conclude(*over);
  concluding_.erase(execution);
}

void Stack::Conclude(const asl::Execution& execution) {
  // Run does not return before the last cluster is gone.
  ended_ = EndOf(execution, outside_.jobs, /*released=*/true, outside_.clock.Wall());
  KeepRecords(options_.state_dir / "executions" / execution.identity().execution_name, execution,
              *ended_, outside_.log);
}

void Stack::EndClusters() {
  for (const ClusterId& cluster : emr_.LiveClusters()) {
    // What refuses to end lives on in LiveClusters: Run does not return before it is gone.
    static_cast<void>(EndCluster(options_.stack.region, cluster, emr_));
  }
}

// --- what tasks reach ----------------------------------------------------------------------------

lifecycle::Ports Stack::HandlerPorts(const Region& region) {
  StackConfig stack = options_.stack;
  stack.region = region;
  return {outside_.clock, outside_.random,  outside_.log,     posted_emr_,
          outside_.jobs,  TokensOf(region), outside_.objects, executions_,
          notices_,       std::move(stack), options_.patience};
}

/// A token is known in its region alone.
TaskTokens& Stack::TokensOf(const Region& region) {
  const auto send = [this, region](const TaskToken& token, const Json& output) {
    return SendTaskSuccess(region, token, output);
  };
  return tokens_.try_emplace(region, io_, send).first->second;
}

Result<void> Stack::SendTaskSuccess(const Region& region, const TaskToken& token,
                                    const Json& output) {
  const Result<Json> sent =
      step_functions_.Call(region, "SendTaskSuccess",
                           JsonObject{{"taskToken", token.str()}, {"output", ToText(output)}});
  if (sent) return {};
  return Fail(sent.error());
}

void Stack::OnEmrEvent(const Json& event) {
  const Json* detail = Find(event, "detail");
  if (detail != nullptr && StringOr(event, "detail-type") == "EMR Step Status Change") {
    observer_.OnStep(ClusterId(StringOr(*detail, "clusterId")), StringOr(*detail, "name"),
                     StringOr(*detail, "state"));
  }
  if (stopping_ || !WakesJobs(event, options_.stack.stage)) return;
  Wake(Region(StringOr(event, "region")), event);
}

void Stack::Wake(const Region& region, const Json& event) {
  const Result<void> woken =
      functions_.Invoke("wake", region, event, [this](const Result<Json>& answer) {
        if (!answer) outside_.log.Warning("wake failed", {{"error", answer.error().message}});
        LeaveIfDone();
      });
  static_cast<void>(woken);  // wake is one of our functions
}

/// An end whose event the process before did not come to deliver has woken nobody. EventBridge
/// delivers at least once; whoever is woken for nothing looks and sleeps on.
void Stack::WakeAll(const Region& region) {
  JsonObject request{{"stateMachineArn", StateMachineArn(region)}, {"statusFilter", "RUNNING"}};
  while (true) {
    const auto page = step_functions_.Call(region, "ListExecutions", request);
    if (!page) return;
    for (const Json& execution : FindArray(*page, "executions")) {
      const auto job = outside_.jobs.Get(ExecutionArn(StringOr(execution, "executionArn")));
      if (!job || !*job || (*job)->cluster.empty()) continue;
      Wake(region, JsonObject{{"detail", JsonObject{{"clusterId", (*job)->cluster.str()}}}});
    }
    const auto next = FindString(*page, "nextToken");
    if (!next) return;
    request["nextToken"] = *next;
  }
}

void Stack::OnCluster(const ClusterId& cluster, const std::string& state) {
  had_cluster_ = true;
  // A function that was under way when everything ended has made one more.
  if (closing_ && state == "STARTING") asio::post(io_, [this] { emr_.LoseAll(); });
  observer_.OnCluster(cluster, state);
}

/// An execution that was aborted has released nothing.
void Stack::Reap(const ExecutionArn& execution) {
  functions_.Run(
      [this, execution] { EndWhatIsLeft(execution, outside_.jobs, posted_emr_, outside_.log); },
      [this] { LeaveIfDone(); });
}

// --- the loop ------------------------------------------------------------------------------------

void Stack::Serve() { RunUntilDone(); }

void Stack::Stop() {
  asio::post(io_, [this] {
    if (closing_) return StopNow();
    closing_ = true;
    for (const ClusterId& cluster : emr_.LiveClusters()) {
      const auto job = outside_.jobs.FindByCluster(cluster);
      if (!job || !*job || !step_functions_.IsRunning((*job)->execution)) continue;
      concluding_.insert((*job)->execution);
    }
    emr_.LoseAll();
    stop_timer_.expires_after(options_.stop_patience);
    stop_timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) StopNow();
    });
    LeaveIfDone();
  });
}

void Stack::StopNow() {
  stopping_ = true;
  step_functions_.Stop();
  LeaveIfDone();
}

void Stack::RunUntilDone() {
  work_.emplace(asio::make_work_guard(io_));
  io_.run();
}

void Stack::LeaveIfDone() {
  if (closing_ && emr_.LiveClusters().empty() && concluding_.empty() && !stopping_) {
    stopping_ = true;
    step_functions_.Stop();
  }
  if (functions_.in_flight() > 0) return;
  const bool job_is_over = job_ && ended_ && emr_.LiveClusters().empty();
  if (!stopping_ && !job_is_over) return;
  if (!work_) return;
  work_.reset();
  if (on_done_) on_done_();
  // What is left on the loop (idle connections, far timers) belongs to nobody any more.
  io_.stop();
}

}  // namespace

Result<std::unique_ptr<LocalStack>> LocalStack::Create(Options options, Outside outside,
                                                       const MakeStepRunner& make_runner,
                                                       Observer& observer) {
  ECM_TRY(
      const Json definition,
      lifecycle::ShippedDefinition({{"partition", "aws"},
                                    {"topic", TopicArn(options.stack.region, options.stack.stage)},
                                    {"submit", "submit"},
                                    {"await", "await"},
                                    {"inspect", "inspect"},
                                    {"release", "release"},
                                    {"report", "report"}}));
  auto stack =
      std::make_unique<Stack>(std::move(options), outside, make_runner, observer, definition);
  ECM_TRY_VOID(stack->Restore());
  return std::unique_ptr<LocalStack>(std::move(stack));
}

}  // namespace ecm::local_stack
