#include "lambda/testing/scripted_runtime.h"

#include <algorithm>

namespace ecm::lambda {

void ScriptedRuntime::Queue(std::string event, Headers headers) {
  const std::string name = "lambda-runtime-aws-request-id";
  const bool given = std::ranges::any_of(headers, [&](const auto& h) { return h.first == name; });
  if (!given) headers.emplace_back(name, "r-" + std::to_string(++handed_));
  events_.emplace_back(
      HttpResponse{.status = 200, .headers = std::move(headers), .body = std::move(event)});
}

void ScriptedRuntime::AnswerPost(unsigned status, std::string body) {
  answers_.push_back({.status = status, .headers = {}, .body = std::move(body)});
}

void ScriptedRuntime::FailNext(Error error) { events_.emplace_back(Fail(std::move(error))); }

Result<HttpResponse> ScriptedRuntime::Send(const HttpRequest& request) {
  if (request.method == "GET") {
    nexts.push_back(request);
    if (events_.empty()) return Fail(ErrorKind::kUnavailable, "the script is over");
    Result<HttpResponse> event = std::move(events_.front());
    events_.pop_front();
    return event;
  }
  posts.push_back(request);
  if (answers_.empty()) return HttpResponse{.status = 202, .headers = {}, .body = {}};
  HttpResponse answer = std::move(answers_.front());
  answers_.pop_front();
  return answer;
}

}  // namespace ecm::lambda
