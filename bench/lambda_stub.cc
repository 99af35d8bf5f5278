// What a Lambda function sees of AWS, for bench/run_lambda: the Runtime API and the services, on
// one port of this machine.
//
//     bench_lambda_stub INVOCATIONS
//
// Prints `port N` when it listens. Hands out INVOCATIONS invocations, each the first entry of an
// execution into Submit, as soon as it is asked; then prints one JSON object and ends: when each
// invocation was fetched and answered (nanoseconds of CLOCK_MONOTONIC, the clock of Python's
// time.monotonic_ns), how many calls each operation got, and the last answer. A function that
// answers with an error ends it with 1: what is measured must be the same work every time.

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "http/server.h"

namespace {

using ecm::http::Request;
using ecm::http::Response;

constexpr std::string_view kRuntime = "/2018-06-01/runtime/invocation/";
constexpr std::string_view kJson = "application/json";

std::int64_t Nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Response Answer(std::string body, unsigned status = 200) {
  return {status, {{"content-type", std::string(kJson)}}, std::move(body)};
}

class Stub {
 public:
  Stub(boost::asio::io_context& io, std::size_t invocations) : io_(io), wanted_(invocations) {}

  Response Handle(const Request& request) {
    if (request.target == std::string(kRuntime) + "next") return Next();
    if (request.target.starts_with(kRuntime)) return Answered(request);
    return Serve(std::string(request.Header("x-amz-target")), request.body);
  }

  int Report() const {
    const ecm::JsonArray fetched(fetched_.begin(), fetched_.end());
    const ecm::JsonArray answered(answered_.begin(), answered_.end());
    ecm::JsonObject calls;
    for (const auto& [operation, count] : calls_) calls[operation] = count;
    const ecm::JsonObject report{
        {"fetched_ns", fetched}, {"answered_ns", answered}, {"calls", calls}, {"last", last_}};
    std::puts(ecm::ToText(report).c_str());
    return failed_ ? 1 : 0;
  }

 private:
  Response Next() {
    fetched_.push_back(Nanoseconds());
    const std::string number = std::to_string(fetched_.size());
    const auto now = std::chrono::time_point_cast<ecm::Duration>(std::chrono::system_clock::now());
    const std::string arn =
        "arn:aws:states:eu-west-1:123456789012:execution:ecm-bench:run-" + number;
    const ecm::JsonObject event{
        {"v", 1},
        {"execution",
         ecm::JsonObject{
             {"arn", arn}, {"name", "run-" + number}, {"started", ecm::ToIso8601(now)}}},
        {"job", ecm::JsonObject{{"job_name", "bench"},
                                {"namespace", "bench"},
                                {"code_entrypoint", "s3://bench-code/main.py"},
                                {"release", "emr-7.10.0"},
                                {"region", "eu-west-1"},
                                {"subnet", "subnet-0123456789abcdef0"},
                                {"log_bucket", "bench-logs"},
                                {"arguments", ecm::JsonArray{ecm::JsonObject{
                                                  {"argument", "day"}, {"value", number}}}}}}};
    Response response = Answer(ecm::ToText(event));
    const auto deadline = (now + std::chrono::minutes(1)).time_since_epoch().count();
    response.headers.emplace_back("lambda-runtime-aws-request-id", "request-" + number);
    response.headers.emplace_back("lambda-runtime-deadline-ms", std::to_string(deadline));
    response.headers.emplace_back("lambda-runtime-invoked-function-arn",
                                  "arn:aws:lambda:eu-west-1:123456789012:function:bench");
    return response;
  }

  Response Answered(const Request& request) {
    answered_.push_back(Nanoseconds());
    last_ = request.body;
    failed_ = failed_ || !request.target.ends_with("/response");
    if (failed_ || answered_.size() == wanted_) io_.stop();
    return Answer(R"({"status":"OK"})", 202);
  }

  Response Serve(const std::string& target, const std::string& body) {
    ++calls_[target];
    if (target.ends_with(".RunJobFlow")) return Answer(R"({"JobFlowId":"j-1BENCH0000000"})");
    if (target.ends_with(".DescribeCluster")) {
      return Answer(R"({"Cluster":{"Id":"j-1BENCH0000000","Status":{"State":"STARTING"}}})");
    }
    if (target.ends_with(".PutItem")) {
      item_ = ecm::ParseJson(body).value().at("Item");
      return Answer("{}");
    }
    if (target.ends_with(".GetItem")) {
      // One execution after the other: the item that is not this one's is none.
      const ecm::Json key = ecm::ParseJson(body).value().at("Key").at("execution");
      const ecm::Json* stored = ecm::Find(item_, "execution");
      if (stored == nullptr || *stored != key) return Answer("{}");
      return Answer(ecm::ToText(ecm::JsonObject{{"Item", item_}}));
    }
    return Answer(R"({"__type":"UnknownOperationException"})", 404);
  }

  boost::asio::io_context& io_;
  std::size_t wanted_;
  std::vector<std::int64_t> fetched_;
  std::vector<std::int64_t> answered_;
  std::map<std::string, int> calls_;
  std::string last_;
  ecm::Json item_ = nullptr;  ///< that was put last
  bool failed_ = false;
};

}  // namespace

int main(int argc, char** argv) try {
  const int invocations = argc == 2 ? std::atoi(argv[1]) : 0;
  if (invocations <= 0) {
    std::fputs("usage: bench_lambda_stub INVOCATIONS\n", stderr);
    return 2;
  }
  boost::asio::io_context io;
  Stub stub(io, static_cast<std::size_t>(invocations));
  const auto server = ecm::http::Server::Listen(
      io, "127.0.0.1", 0, {}, [&stub](const Request& request) { return stub.Handle(request); });
  if (!server) {
    std::fprintf(stderr, "bench_lambda_stub: %s\n", server.error().message.c_str());
    return 1;
  }
  std::printf("port %d\n", (*server)->port());
  std::fflush(stdout);
  io.run();
  return stub.Report();
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_lambda_stub: %s\n", error.what());
  return 1;
}
