#pragma once

#include "env/http_transport.h"
#include "fuzz.h"

// Answers of other machines, out of an input.

namespace ecm::fuzz {

/// "200\nname: value\n\nbody": an answer as a transport gives it. A number that is none is 200.
inline HttpResponse AnswerFrom(std::string_view text) {
  HttpResponse answer{.status = 200, .headers = {}, .body = {}};
  const int status = std::atoi(std::string(TakeLine(text)).c_str());
  if (status >= 100 && status <= 999) answer.status = static_cast<unsigned>(status);
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    const std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos) break;
    answer.headers.emplace_back(line.substr(0, colon), line.substr(colon + 2));
  }
  answer.body = text;
  return answer;
}

/// Gives the answers of an input again and again, then none at all: a service that always has one
/// more page goes away in the end, and whoever asks it must then stop soon.
class AnsweringHttp : public HttpTransport {
 public:
  static constexpr std::size_t kMostAnswers = 40;

  explicit AnsweringHttp(std::vector<HttpResponse> answers) : answers_(std::move(answers)) {}

  Result<HttpResponse> Send(const HttpRequest& request) override {
    Must(++asked_ <= 4 * kMostAnswers, "nobody asks for ever who gets no answer", request.target);
    if (answers_.empty() || asked_ > kMostAnswers) {
      return Fail(ErrorKind::kUnavailable, "nobody answers");
    }
    return answers_[(asked_ - 1) % answers_.size()];
  }

 private:
  std::vector<HttpResponse> answers_;
  std::size_t asked_ = 0;
};

}  // namespace ecm::fuzz
