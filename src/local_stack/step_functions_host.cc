#include "local_stack/step_functions_host.h"

#include <boost/asio/post.hpp>

#include "aws/executions.h"
#include "lifecycle/handlers.h"
#include "local_stack/commit.h"
#include "local_stack/notices.h"

namespace ecm::local_stack {

namespace asio = boost::asio;

StepFunctionsHost::StepFunctionsHost(asio::io_context& io, sfn_model::Options options,
                                     const Clock& clock, Random& random, Log& log,
                                     DocumentStore& store, Functions& functions,
                                     std::filesystem::path notices, Sinks sinks)
    : io_(io),
      clock_(clock),
      random_(random),
      log_(log),
      store_(store),
      functions_(functions),
      notices_(std::move(notices)),
      sinks_(std::move(sinks)),
      model_(
          std::move(options), clock, random, *this,
          [this](const Json& event) {
            const Json* detail = ecm::Find(event, "detail");
            if (detail == nullptr || StringOr(*detail, "status") == "RUNNING") return;
            sinks_.on_end(ExecutionArn(StringOr(*detail, "executionArn")));
          },
          [this](const ExecutionArn& execution, const std::string& state) {
            sinks_.on_state(execution, state);
          }),
      timer_(io, clock, [this] {
        model_.Advance();
        static_cast<void>(Settle());
      }) {}

Result<void> StepFunctionsHost::Restore() {
  ECM_TRY_VOID(model_.Restore(store_));
  return Settle();
}

Result<Json> StepFunctionsHost::Call(const Region& region, std::string_view operation,
                                     const Json& request) {
  Result<Json> answer = model_.Call(region, operation, request);
  ECM_TRY_VOID(Settle());
  return answer;
}

bool StepFunctionsHost::IsRunning(const ExecutionArn& execution) const {
  const asl::Execution* found = model_.Find(execution);
  return found != nullptr && found->status() == asl::Status::kRunning;
}

void StepFunctionsHost::Start(const ExecutionArn& execution, const asl::RunTask& task) {
  if (stopped_) return;
  if (task.resource == "sns:publish") {
    Publish(execution, task);
  } else {
    Invoke(execution, task);
  }
}

void StepFunctionsHost::Invoke(const ExecutionArn& execution, const asl::RunTask& task) {
  const Json* payload = ecm::Find(task.parameters, "Payload");
  const Result<void> begun =
      functions_.Invoke(StringOr(task.parameters, "FunctionName"), RegionOf(execution),
                        payload == nullptr ? Json(JsonObject{}) : *payload,
                        [this, execution, id = task.task](Result<Json> answer) {
                          const bool late = !IsRunning(execution);
                          Answer(execution, id, std::move(answer));
                          if (late) sinks_.on_late_answer(execution);
                        });
  if (begun) return;
  asio::post(io_, [this, execution, id = task.task, error = begun.error()] {
    Err(execution, id, error.code, error.message);
  });
}

void StepFunctionsHost::Publish(const ExecutionArn& execution, const asl::RunTask& task) {
  const std::string message_id = RandomUuid(random_);
  Json publish = task.parameters;
  const std::string topic = StringOr(publish, "TopicArn");
  if (sinks_.topic_of && !topic.empty())
    publish.as_object()["TopicArn"] = sinks_.topic_of(RegionOf(execution), topic);
  const Result<std::filesystem::path> file =
      WriteNotice(notices_, message_id, publish, clock_.Wall());
  if (file) sinks_.on_notice(*file);
  asio::post(io_, [this, execution, id = task.task, message_id, file] {
    if (!file) return Err(execution, id, "SNS.InternalErrorException", file.error().message);
    model_.OnTaskAnswered(execution, id, JsonObject{{"MessageId", message_id}});
    static_cast<void>(Settle());
  });
}

void StepFunctionsHost::Answer(const ExecutionArn& execution, asl::ActivityId task,
                               Result<Json> answer) {
  if (!answer) {
    return Err(execution, task, std::string(ErrorName(answer.error().kind)),
               ToText(lifecycle::ToLambdaError(answer.error())));
  }
  model_.OnTaskAnswered(
      execution, task,
      JsonObject{
          {"ExecutedVersion", "$LATEST"}, {"Payload", *std::move(answer)}, {"StatusCode", 200}});
  static_cast<void>(Settle());
}

void StepFunctionsHost::Err(const ExecutionArn& execution, asl::ActivityId task, std::string error,
                            std::string cause) {
  model_.OnTaskErred(execution, task, std::move(error), std::move(cause));
  static_cast<void>(Settle());
}

Result<void> StepFunctionsHost::Settle() {
  timer_.Arm(model_.NextDue());
  std::vector<Document> changes = model_.TakeChanges();
  if (const Result<void> stored = CommitChanges(changes, store_, log_); !stored.has_value()) {
    model_.PutBackChanges(std::move(changes));
    return stored;
  }
  sinks_.on_settled();
  return {};
}

}  // namespace ecm::local_stack
