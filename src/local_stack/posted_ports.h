#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <future>

#include "aws/emr_api.h"
#include "aws/step_functions_api.h"
#include "aws/task_tokens.h"

namespace ecm::local_stack {

/// Runs `work` on the owning thread and waits for what it returns.
template <class Work>
auto OnOwner(boost::asio::io_context& io, Work work) -> decltype(work()) {
  std::packaged_task<decltype(work())()> task(std::move(work));
  auto answer = task.get_future();
  boost::asio::post(io, std::move(task));
  return answer.get();
}

/// EMR for handlers on the pool: the model lives on the owning thread.
class PostedEmr : public EmrApi {
 public:
  PostedEmr(boost::asio::io_context& io, EmrApi& emr) : io_(io), emr_(emr) {}
  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    return OnOwner(io_, [&] { return emr_.Call(region, operation, request); });
  }

 private:
  boost::asio::io_context& io_;
  EmrApi& emr_;
};

/// Step Functions for handlers on the pool.
class PostedStepFunctions : public StepFunctionsApi {
 public:
  using Answer = std::function<Result<Json>(const Region&, std::string_view, const Json&)>;
  PostedStepFunctions(boost::asio::io_context& io, Answer answer)
      : io_(io), answer_(std::move(answer)) {}
  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    return OnOwner(io_, [&] { return answer_(region, operation, request); });
  }

 private:
  boost::asio::io_context& io_;
  Answer answer_;
};

/// Task tokens for handlers on the pool.
class PostedTokens : public TaskTokens {
 public:
  using Send = std::function<Result<void>(const TaskToken&, const Json&)>;
  PostedTokens(boost::asio::io_context& io, Send send) : io_(io), send_(std::move(send)) {}
  Result<void> SendTaskSuccess(const TaskToken& token, const Json& output) override {
    return OnOwner(io_, [&] { return send_(token, output); });
  }

 private:
  boost::asio::io_context& io_;
  Send send_;
};

}  // namespace ecm::local_stack
