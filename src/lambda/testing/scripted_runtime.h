#pragma once

#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "env/http_transport.h"

namespace ecm::lambda {

/// A Runtime API by script: it hands out the events it was given, then it is gone; it keeps what
/// it was told.
class ScriptedRuntime : public HttpTransport {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  /// Names in lower case; request ids are "r-1", "r-2", … unless a header says otherwise.
  void Queue(std::string event, Headers headers = {});
  /// The next answer to a POST of ours; 202 when there is none left.
  void AnswerPost(unsigned status, std::string body = {});
  /// The next GET fails.
  void FailNext(Error error);

  Result<HttpResponse> Send(const HttpRequest& request) override;

  std::vector<HttpRequest> nexts;
  std::vector<HttpRequest> posts;

 private:
  std::deque<Result<HttpResponse>> events_;
  std::deque<HttpResponse> answers_;
  int handed_ = 0;
};

}  // namespace ecm::lambda
