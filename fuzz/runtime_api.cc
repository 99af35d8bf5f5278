// What AWS Lambda's Runtime API answers: events with their headers, and receipts.

#include "answers.h"
#include "env/testing/sim_env.h"
#include "lambda/runtime_loop.h"

namespace ecm::lambda {
namespace {

using fuzz::Must;

/// One answer after the other; then the process has lost its place.
class Script : public HttpTransport {
 public:
  explicit Script(std::vector<HttpResponse> answers) : answers_(std::move(answers)) {}

  Result<HttpResponse> Send(const HttpRequest& request) override {
    for (const char c : request.target) {
      Must(static_cast<unsigned char>(c) > ' ' && c != 0x7F, "a target is one word",
           request.target);
    }
    if (request.method == "GET") {
      Must(posts_ <= 2, "an event has an answer, or at most one more that says it was too large");
      posts_ = 0;
    } else {
      ++posts_;
      Must(request.body.size() <= kMaxResponseBytes, "an answer is one that Lambda takes");
      Must(ParseJson(request.body).has_value(), "an answer is JSON", request.body);
    }
    if (next_ == answers_.size()) return Fail(ErrorKind::kUnavailable, "Lambda is gone");
    return answers_[next_++];
  }

 private:
  std::vector<HttpResponse> answers_;
  std::size_t next_ = 0;
  int posts_ = 0;
};

/// Answers with what it was given, or fails with it.
Result<Json> Echo(const Json& event, MonoTime /*stop_at*/, Log& log) {
  log.Info("echo", {{"event", event}});
  if (const auto message = FindString(event, "fail")) return Fail(ErrorKind::kConflict, *message);
  return event;
}

void Check(std::string_view input) {
  std::vector<HttpResponse> answers;
  for (const std::string_view part : fuzz::Parts(input)) answers.push_back(fuzz::AnswerFrom(part));
  Script script(std::move(answers));
  RuntimeApi api(script, {.tls = false, .host = "127.0.0.1", .port = 9001});
  const ManualClock clock;
  RecordingLog log;
  fuzz::MustBeFitForPeople(RunLoop(api, {"echo", Echo}, clock, log));
  for (const std::string& line : log.lines()) {
    Must(line.find('\n') == std::string::npos, "a log line is one line", line);
  }
  static_cast<void>(ParseRuntimeApiAddress(std::string(input.substr(0, 200))));
}

}  // namespace
}  // namespace ecm::lambda

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecm::lambda::Check(ecm::fuzz::Text(data, size));
  return 0;
}
