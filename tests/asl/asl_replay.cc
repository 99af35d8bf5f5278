// asl_replay < case.json
//
// Reads {definition, input, script} from standard input, runs one execution on a virtual clock and
// prints {path, status, output | error + cause, history_types}. The script gives the answers of
// each Lambda function ("sns:publish" for the topic) in the order of its calls:
//   {"output": …}                      the function's result
//   {"error": "Name", "cause": "…"}    the function fails
//   {"hang": true}                     no answer ever comes
// and, beside an output, what becomes of a task token:
//   {"token": {"success": …}}, {"token": {"error": "Name", "cause": "…"}}
//   "early": true                      the token is answered while the function still runs

#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <utility>

#include "asl/definition.h"
#include "asl/execution.h"

namespace ecm::asl {
namespace {

constexpr int kMostEvents = 10'000;

class Replay {
 public:
  Replay(std::shared_ptr<const Definition> definition, const Json& test_case)
      : execution_(std::move(definition),
                   Identity{"arn:aws:states:eu-west-1:123456789012:execution:replay:replay",
                            "replay", "arn:aws:states:eu-west-1:123456789012:stateMachine:replay",
                            "replay", "arn:aws:iam::123456789012:role/states"},
                   test_case.at("input")),
        script_(Find(test_case, "script") == nullptr ? JsonObject{}
                                                     : test_case.at("script").as_object()) {}

  Result<Json> Run() {
    Tell(Start{});
    for (int turn = 0; execution_.status() == Status::kRunning; ++turn) {
      if (turn == kMostEvents) return Fail(ErrorKind::kInternal, "the execution does not end");
      if (!tasks_.empty()) {
        const RunTask task = std::move(tasks_.front());
        tasks_.erase(tasks_.begin());
        ECM_TRY_VOID(Answer(task));
      } else if (!timers_.empty()) {
        const auto [due, timer] = *timers_.begin();
        timers_.erase(timers_.begin());
        now_ = std::max(now_, due);
        Tell(TimerFired{timer});
      } else {
        return Fail(ErrorKind::kInternal,
                    fmt::format("'{}' waits for ever", execution_.current_state()));
      }
    }
    return Summary();
  }

 private:
  void Tell(const Event& event) {
    for (Command& command : execution_.Apply(event, now_, random_)) {
      if (auto* task = std::get_if<RunTask>(&command)) tasks_.push_back(std::move(*task));
      if (auto* timer = std::get_if<SetTimer>(&command)) timers_.emplace(timer->due, timer->timer);
    }
  }

  /// The next answer of the function that the task calls.
  Result<Json> NextAnswer(const RunTask& task) {
    const bool lambda = task.resource.starts_with("lambda:");
    const std::string function =
        lambda ? StringOr(task.parameters, "FunctionName") : std::string(task.resource);
    const Json* answers = script_.if_contains(function);
    const std::size_t call = calls_[function]++;
    if (answers != nullptr && call < answers->as_array().size()) return answers->as_array()[call];
    if (!lambda) return Json(JsonObject{{"output", JsonObject{{"MessageId", "replay"}}}});
    return Fail(ErrorKind::kInternal,
                fmt::format("the script has no answer {} of '{}'", call + 1, function));
  }

  Result<void> Answer(const RunTask& task) {
    ECM_TRY(const Json answer, NextAnswer(task));
    if (Find(answer, "hang") != nullptr) return {};
    if (Find(answer, "error") != nullptr) {
      Tell(TaskErred{task.task, StringOr(answer, "error"), CauseOf(task, answer)});
      return {};
    }
    const bool early = FindBool(answer, "early").value_or(false);
    if (early) AnswerToken(task, answer);
    Json output = answer.at("output");
    if (task.resource.starts_with("lambda:")) {
      output = JsonObject{
          {"ExecutedVersion", "$LATEST"}, {"Payload", std::move(output)}, {"StatusCode", 200}};
    }
    Tell(TaskAnswered{task.task, std::move(output)});
    if (!early) AnswerToken(task, answer);
    return {};
  }

  /// The cause that Step Functions makes of a function's error document.
  static std::string CauseOf(const RunTask& task, const Json& answer) {
    if (!task.resource.starts_with("lambda:")) return StringOr(answer, "cause");
    return ToText(JsonObject{{"errorMessage", StringOr(answer, "cause")},
                             {"errorType", StringOr(answer, "error")}});
  }

  void AnswerToken(const RunTask& task, const Json& answer) {
    const Json* fate = Find(answer, "token");
    if (fate == nullptr) return;
    const std::string token = TokenIn(task.parameters);
    if (const Json* output = Find(*fate, "success")) {
      Tell(TokenSucceeded{token, *output});
    } else {
      Tell(TokenFailed{token, StringOr(*fate, "error"), StringOr(*fate, "cause")});
    }
  }

  /// The string member "token" at any depth.
  static std::string TokenIn(const Json& document) {
    if (!document.is_object()) return {};
    if (const auto token = FindString(document, "token")) return *token;
    for (const auto& member : document.get_object()) {
      std::string token = TokenIn(member.value());
      if (!token.empty()) return token;
    }
    return {};
  }

  Json Summary() const {
    JsonArray path, types;
    for (const HistoryEvent& event : execution_.history()) {
      types.emplace_back(event.type);
      if (event.type.ends_with("StateEntered")) path.emplace_back(StringOr(event.details, "name"));
    }
    JsonObject summary;
    summary["path"] = std::move(path);
    summary["status"] = Name(execution_.status());
    if (execution_.status() == Status::kSucceeded) {
      summary["output"] = execution_.output();
    } else {
      summary["error"] = execution_.error();
      summary["cause"] = execution_.cause();
    }
    summary["history_types"] = std::move(types);
    return summary;
  }

  Execution execution_;
  JsonObject script_;
  std::map<std::string, std::size_t> calls_;
  std::vector<RunTask> tasks_;
  std::multimap<WallTime, ActivityId> timers_;
  SeededRandom random_{1};
  WallTime now_{std::chrono::seconds{1767323045}};
};

int Main() {
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  const auto test_case = ParseJson(text);
  if (!test_case || Find(*test_case, "definition") == nullptr ||
      Find(*test_case, "input") == nullptr) {
    std::cerr << (test_case ? "'definition' or 'input' is missing" : test_case.error().message)
              << "\n";
    return 2;
  }
  const DefinitionReading reading = ReadDefinition(test_case->at("definition"));
  for (const DefinitionProblem& problem : reading.problems) {
    std::cerr << problem.pointer << ": " << problem.message << "\n";
  }
  if (reading.definition == nullptr) return 2;
  const auto summary = Replay(reading.definition, *test_case).Run();
  if (!summary) {
    std::cerr << summary.error().message << "\n";
    return 1;
  }
  std::cout << ToPrettyText(*summary) << "\n";
  return 0;
}

}  // namespace
}  // namespace ecm::asl

int main() { return ecm::asl::Main(); }
