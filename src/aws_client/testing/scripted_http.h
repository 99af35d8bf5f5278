#pragma once

#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "aws_client/service_client.h"
#include "env/testing/sim_env.h"

namespace ecm::aws_client {

/// Answers from a script, and keeps what it was asked. Where the script has ended it answers 599,
/// which no service does.
class ScriptedHttp : public HttpTransport {
 public:
  using Answer = std::function<Result<HttpResponse>(const HttpRequest&)>;

  std::vector<HttpRequest> requests;

  Result<HttpResponse> Send(const HttpRequest& request) override {
    requests.push_back(request);
    if (answers_.empty()) return HttpResponse{599, {}, "the script has ended"};
    const Answer answer = std::move(answers_.front());
    answers_.pop_front();
    return answer(request);
  }

  void Then(Answer answer) { answers_.push_back(std::move(answer)); }
  void Then(const HttpResponse& response) {
    Then([response](const HttpRequest& /*request*/) { return response; });
  }
  void Then(unsigned status, std::string body,
            std::vector<std::pair<std::string, std::string>> headers = {}) {
    Then(HttpResponse{status, std::move(headers), std::move(body)});
  }
  void ThenFail(ErrorKind kind) {
    Then([kind](const HttpRequest& /*request*/) { return Fail(kind, "the line is dead"); });
  }
  bool HasEnded() const { return answers_.empty(); }

 private:
  std::deque<Answer> answers_;
};

/// Gives one set of keys after the other: Forget goes on to the next.
class ScriptedCredentials : public aws_config::CredentialsProvider {
 public:
  std::vector<aws_config::ResolvedCredentials> all = {
      {{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""}, {}, "profile dev"}};
  int forgotten = 0;

  Result<aws_config::ResolvedCredentials> Get() override {
    if (all.empty()) return Fail(ErrorKind::kAccessDenied, "no credentials");
    return all.front();
  }
  void Forget() override {
    ++forgotten;
    if (all.size() > 1) all.erase(all.begin());
  }
};

/// A client of scripted services on a clock that only sleeping moves.
class ClientWorld {
 public:
  explicit ClientWorld(RetryPolicy policy = {}, aws_config::Settings settings = {})
      : client(std::move(settings), policy, {http, credentials, clock, random, log}) {}

  static const Region& Here() {
    static const Region kRegion("eu-west-1");
    return kRegion;
  }
  Result<Json> Call(Repeat repeat, std::string_view operation = "DescribeCluster") {
    return client.Call({.service = aws_config::kEmr,
                        .region = Here(),
                        .operation = operation,
                        .input = JsonObject{{"ClusterId", "j-1"}},
                        .repeat = repeat});
  }
  std::string LogText() const {
    std::string text;
    for (const std::string& line : log.lines()) text += line + "\n";
    return text;
  }

  ScriptedHttp http;
  ScriptedCredentials credentials;
  ManualClock clock;
  SeededRandom random{7};
  RecordingLog log;
  ServiceClient client;
};

inline std::string HeaderOf(const HttpRequest& request, std::string_view name) {
  for (const auto& [other, value] : request.headers) {
    if (other == name) return value;
  }
  return {};
}

}  // namespace ecm::aws_client
