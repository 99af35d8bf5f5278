#pragma once

#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "env/http_transport.h"

namespace ecm::aws_config {

/// Answers requests in the order in which the answers were written down and keeps what it was
/// asked. A request that nobody wrote an answer for finds nobody: kUnavailable.
class ScriptedTransport : public HttpTransport {
 public:
  void Answer(unsigned status, std::string body,
              std::vector<std::pair<std::string, std::string>> headers = {}) {
    Answer(HttpResponse{.status = status, .headers = std::move(headers), .body = std::move(body)});
  }
  void Answer(Result<HttpResponse> answer) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(answer));
  }
  void Refuse(ErrorKind kind, std::string message) { Answer(Fail(kind, std::move(message))); }
  /// Called for every request before it is answered, outside of any lock.
  void OnRequest(std::function<void(const HttpRequest&)> watch) { watch_ = std::move(watch); }

  Result<HttpResponse> Send(const HttpRequest& request) override {
    if (watch_) watch_(request);
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    if (answers_.empty()) {
      return Fail(ErrorKind::kUnavailable, HostHeader(request.origin) + ": connection refused");
    }
    auto answer = std::move(answers_.front());
    answers_.pop_front();
    return answer;
  }

  const std::vector<HttpRequest>& requests() const { return requests_; }
  std::size_t left() const { return answers_.size(); }

 private:
  std::mutex mutex_;
  std::deque<Result<HttpResponse>> answers_;
  std::vector<HttpRequest> requests_;
  std::function<void(const HttpRequest&)> watch_;
};

/// The value of a request's header (name in lower case), "" without one.
inline std::string HeaderOf(const HttpRequest& request, std::string_view name) {
  for (const auto& [other, value] : request.headers) {
    std::string lower = other;
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (lower == name) return value;
  }
  return {};
}

}  // namespace ecm::aws_config
