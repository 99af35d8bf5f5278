// What clients ask of the endpoint, and what happens meanwhile. Each part is one of
//   ElasticMapReduce.RunJobFlow        an operation, its JSON on the lines after it
//   GET /clusters/$CLUSTER             a page; an object with "GET s3 /bucket/key"
//   advance 60                         seconds pass
//   step 0                             the step that was started last ends with this code
//   task                               the task that was begun last is answered with the JSON
//   restart                            another process goes on with what the store has
// $CLUSTER, $STEP, $EXECUTION and $TOKEN stand for the newest of their kind.

#include <map>
#include <memory>

#include "emr_model/emr_model.h"
#include "emr_model/testing/recording_runner.h"
#include "endpoint/endpoint.h"
#include "endpoint/page/pages.h"
#include "endpoint/testing/map_object_store.h"
#include "env/testing/sim_env.h"
#include "fuzz.h"
#include "http/response_text.h"
#include "sfn_model/sfn_model.h"
#include "store/memory_document_store.h"

namespace ecm::endpoint {
namespace {

using fuzz::Must;

constexpr std::size_t kMostParts = 40;
constexpr std::size_t kMostAnswerBytes = std::size_t{16} << 20;

const char* const kDemo = R"({"StartAt": "Work", "States": {
  "Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60,
    "Parameters": {"FunctionName": "work", "Payload.$": "$"}, "OutputPath": "$.Payload",
    "Retry": [{"ErrorEquals": ["Lambda.Unknown"], "MaxAttempts": 2}], "Next": "Hold"},
  "Hold": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke.waitForTaskToken",
    "Parameters": {"FunctionName": "hold", "Payload": {"token.$": "$$.Task.Token"}},
    "HeartbeatSeconds": 100, "Next": "Pause"},
  "Pause": {"Type": "Wait", "Seconds": 5, "Next": "Done"}, "Done": {"Type": "Succeed"}}})";

class OneObject : public StoredObjects {
 public:
  Result<std::uint64_t> SizeOf(const std::string& bucket, const std::string& key) override {
    if (bucket == "logs" && key == "a/stderr.gz") return kText.size();
    return Fail(ErrorKind::kNotFound, "no such key", "NoSuchKey");
  }
  Result<std::string> Read(const std::string&, const std::string&, std::uint64_t offset,
                           std::size_t size) override {
    Must(offset <= kText.size(), "nothing is read behind the end of an object");
    return std::string(kText.substr(offset, size));
  }
  Result<std::vector<std::string>> ListKeys(const std::string&, const std::string& prefix,
                                            std::size_t max_keys) override {
    std::vector<std::string> keys{"a/stderr.gz", "b"};
    std::erase_if(keys, [&](const std::string& key) { return !key.starts_with(prefix); });
    keys.resize(std::min(keys.size(), max_keys));
    return keys;
  }

 private:
  static constexpr std::string_view kText = "the bytes of an object";
};

class TaskRecorder : public sfn_model::TaskRunner {
 public:
  void Start(const ExecutionArn& execution, const asl::RunTask& task) override {
    last = {execution, task};
  }
  std::pair<ExecutionArn, asl::RunTask> last;
};

emr_model::Options EmrOptions(const DocumentStore& store) {
  emr_model::Options options;
  options.timings = {Duration{1000}, Duration{1000}, Duration{1000}};
  options.store = &store;
  return options;
}

sfn_model::Options SfnOptions(const DocumentStore& store) {
  sfn_model::Options options;
  options.built_in.push_back({"demo", ParseJson(kDemo).value()});
  options.store = &store;
  return options;
}

/// One process: the models and the endpoint before them. The store outlives it.
class Process {
 public:
  Process(MemoryDocumentStore& store, ManualClock& clock, Random& random)
      : store_(store),
        emr_(EmrOptions(store), clock, random, runner, [](const Json&) {}),
        sfn_(
            SfnOptions(store), clock, random, tasks, [](const Json&) {},
            [](const ExecutionArn&, const std::string&) {}),
        sources_{Emr(),
                 Sfn(),
                 [this] { return emr_.Regions(); },
                 objects_,
                 clock,
                 [] { return std::string("http://127.0.0.1:8367"); },
                 "s3",
                 Region("eu-west-1"),
                 objects_,
                 "work",
                 [](const Json&) { return std::vector<std::string>{}; }},
        endpoint_(
            {{"ElasticMapReduce", "elasticmapreduce", "1.1", Emr()},
             {"AWSStepFunctions", "states", "1.0", Sfn()}},
            [this](std::string_view target) { return page::Page(sources_, target); }, {},
            Region("eu-west-1"), clock, random, &object_) {
    objects_.objects["logs/a/stderr.gz"] = "<script>a log</script>";
    const Result<void> emr = emr_.Restore(store);
    Must(emr.has_value(), "what was stored can be restored", emr ? "" : emr.error().message);
    const Result<void> sfn = sfn_.Restore(store);
    Must(sfn.has_value(), "what was stored can be restored", sfn ? "" : sfn.error().message);
    Turn();
  }

  http::Response Handle(const http::Request& request) {
    http::Response answer = endpoint_.Handle(request);
    // 501 is S3's NotImplemented.
    Must(answer.status >= 200 && (answer.status < 500 || answer.status == 501),
         "the endpoint never breaks",
         request.target + " " + std::to_string(answer.status) + " " + answer.body);
    Must(answer.body.size() <= kMostAnswerBytes, "an answer is bounded");
    Must(http::IsWellFormed(answer), "an answer can be written");
    Turn();
    return answer;
  }

  /// What is due happens, and everything is stored.
  void Turn() {
    emr_.Advance();
    sfn_.Advance();
    Commit();
  }

  void EndStep(int code) {
    if (runner.started.empty()) return;
    emr_model::StepExit exit;
    exit.succeeded = code == 0;
    exit.exit_code = code;
    const emr_model::StepLaunch& launch = runner.started.back();
    emr_.OnStepExit(launch.cluster, launch.step, exit);
    Turn();
  }
  void AnswerTask(const Json& answer) {
    if (tasks.last.first.empty()) return;
    sfn_.OnTaskAnswered(tasks.last.first, tasks.last.second.task, answer);
    Turn();
  }

  emr_model::RecordingRunner runner;
  TaskRecorder tasks;

 private:
  ServiceCall Emr() {
    return [this](const Region& region, std::string_view operation, const Json& request) {
      return emr_.Call(region, operation, request);
    };
  }
  ServiceCall Sfn() {
    return [this](const Region& region, std::string_view operation, const Json& request) {
      return sfn_.Call(region, operation, request);
    };
  }
  void Commit() {
    Must(store_.Commit(emr_.TakeChanges()).has_value(), "clusters are stored");
    Must(store_.Commit(sfn_.TakeChanges()).has_value(), "executions are stored");
  }

  MemoryDocumentStore& store_;
  emr_model::EmrModel emr_;
  sfn_model::SfnModel sfn_;
  MapObjectStore objects_;
  OneObject object_;
  page::Sources sources_;
  Endpoint endpoint_;
};

std::string Replaced(std::string text, const std::map<std::string, std::string>& names) {
  for (const auto& [name, value] : names) {
    for (std::size_t at = 0; (at = text.find(name, at)) != std::string::npos; at += value.size()) {
      text.replace(at, name.size(), value);
    }
  }
  return text;
}

class Story {
 public:
  void Play(std::string_view part) {
    const std::string what(Replaced(std::string(fuzz::TakeLine(part)), names_));
    const std::string rest = Replaced(std::string(part), names_);
    if (what.starts_with("GET s3 ")) return Get(what.substr(7), "s3");
    if (what.starts_with("GET ")) return Get(what.substr(4), "");
    if (what.starts_with("advance ")) {
      clock_.Advance(std::chrono::seconds{std::atoi(what.c_str() + 8) & 0xFFFFF});
      return process_->Turn();
    }
    if (what.starts_with("step ")) return process_->EndStep(std::atoi(what.c_str() + 5));
    if (what == "task") return process_->AnswerTask(ParseJson(rest).value_or(Json(JsonObject{})));
    if (what == "restart") return Restart();
    Call(what, rest);
  }

 private:
  static http::Request RequestOf(std::string method, std::string target) {
    return {std::move(method), std::move(target), {{"host", "127.0.0.1:8367"}}, ""};
  }

  void Get(const std::string& target, const std::string& service) {
    http::Request request = RequestOf("GET", target);
    if (!service.empty()) {
      request.headers.emplace_back(
          "authorization",
          "AWS4-HMAC-SHA256 Credential=AKID/20260102/eu-west-1/" + service +
              "/aws4_request, SignedHeaders=host, Signature=" + std::string(64, '0'));
    }
    const http::Response page = process_->Handle(request);
    Must(page.body.find("<script") == std::string::npos, "a page has no script", target);
  }

  void Call(const std::string& target, const std::string& body) {
    http::Request request = RequestOf("POST", "/");
    request.headers.emplace_back("content-type", "application/x-amz-json-1.1");
    request.headers.emplace_back("x-amz-target", target);
    request.body = body;
    const http::Response response = process_->Handle(request);
    const Result<Json> answer = ParseAnswer(response.body);
    Must(answer.has_value(), "an answer is JSON", response.body);
    if (response.status != 200) {
      Must(!StringOr(*answer, "__type").empty(), "an error has a type", response.body);
      return;
    }
    Remember(*answer);
  }

  /// Documents of clients may be deeper than we read ourselves.
  static Result<Json> ParseAnswer(std::string_view text) {
    boost::json::error_code error;
    boost::json::parse_options options;
    options.max_depth = 200;
    Json answer = boost::json::parse(text, error, {}, options);
    if (error) return Fail(ErrorKind::kInternal, error.message());
    return answer;
  }

  void Remember(const Json& answer) {
    if (const auto id = FindString(answer, "JobFlowId")) names_["$CLUSTER"] = *id;
    if (const auto arn = FindString(answer, "executionArn")) names_["$EXECUTION"] = *arn;
    if (const auto arn = FindString(answer, "stateMachineArn")) names_["$MACHINE"] = *arn;
    if (!process_->runner.started.empty()) {
      names_["$STEP"] = process_->runner.started.back().step.str();
    }
    const Json& asked = process_->tasks.last.second.parameters;
    if (const Json* payload = Find(asked, "Payload")) {
      if (const auto token = FindString(*payload, "token")) names_["$TOKEN"] = *token;
    }
  }

  /// What was over is told as it was.
  void Restart() {
    const std::string before = Over();
    process_.reset();
    process_ = std::make_unique<Process>(store_, clock_, random_);
    const std::string after = Over();
    Must(after.starts_with(before), "what was over is as it was", before + "\n" + after);
  }

  std::string Over() {
    http::Request request = RequestOf("POST", "/");
    request.headers.emplace_back("content-type", "application/x-amz-json-1.1");
    request.headers.emplace_back("x-amz-target", "ElasticMapReduce.DescribeCluster");
    std::string told;
    if (!names_.contains("$CLUSTER")) return told;
    request.body = R"({"ClusterId": ")" + names_["$CLUSTER"] + "\"}";
    const http::Response answer = process_->Handle(request);
    return answer.body.find("\"TERMINATED") == std::string::npos ? told : answer.body;
  }

  MemoryDocumentStore store_;
  ManualClock clock_;
  SeededRandom random_{7};
  std::map<std::string, std::string> names_;
  std::unique_ptr<Process> process_ = std::make_unique<Process>(store_, clock_, random_);
};

}  // namespace
}  // namespace ecm::endpoint

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecm::endpoint::Story story;
  std::size_t count = 0;
  for (const std::string_view part : ecm::fuzz::Parts(ecm::fuzz::Text(data, size))) {
    if (++count > ecm::endpoint::kMostParts) return -1;
    story.Play(part);
  }
  return 0;
}
