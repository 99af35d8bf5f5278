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
//
// It shall cost less than what it measures: a thread for each connection waits in recv, no request
// is parsed beyond what its answer needs, and nothing of an answer is made anew that can lie ready.

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/ascii.h"
#include "base/json.h"
#include "base/time.h"

namespace {

using boost::asio::ip::tcp;

constexpr std::string_view kRuntime = "/2018-06-01/runtime/invocation/";

/// The event of a run; {0} is its number, {1} when it began.
constexpr std::string_view kEvent =
    R"({{"v":1,"execution":{{"arn":"arn:aws:states:eu-west-1:123456789012:execution:ecm-bench:)"
    R"(run-{0}","name":"run-{0}","started":"{1}"}},"job":{{"job_name":"bench","namespace":"bench",)"
    R"("code_entrypoint":"s3://bench-code/main.py","release":"emr-7.10.0","region":"eu-west-1",)"
    R"("subnet":"subnet-0123456789abcdef0","log_bucket":"bench-logs",)"
    R"("arguments":[{{"argument":"day","value":"{0}"}}]}}}})";

std::int64_t Nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

struct Request {
  std::string_view target;
  std::string_view operation;  ///< X-Amz-Target, "" at the Runtime API
  std::string_view body;
  std::size_t size = 0;  ///< with its head
};

/// The header's value, "" where there is none.
std::string_view Header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
    const std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
    if (line.size() <= name.size() || line[name.size()] != ':') continue;
    if (!ecm::EqualsIgnoringCase(line.substr(0, name.size()), name)) continue;
    const std::size_t begin = line.find_first_not_of(' ', name.size() + 1);
    return begin == std::string_view::npos ? std::string_view() : line.substr(begin);
  }
  return {};
}

/// The request that `bytes` begin with; nothing while a part of it is missing.
std::optional<Request> ReadRequest(std::string_view bytes) {
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view head = bytes.substr(0, end + 2);
  const std::string length(Header(head, "content-length"));
  Request request;
  request.size = end + 4 + static_cast<std::size_t>(std::atoll(length.c_str()));
  if (bytes.size() < request.size) return std::nullopt;
  const std::size_t target = head.find(' ') + 1;
  request.target = head.substr(target, head.find(' ', target) - target);
  request.operation = Header(head, "x-amz-target");
  request.body = bytes.substr(end + 4, request.size - end - 4);
  return request;
}

/// The object that is the value of the first member of that name at any depth, as it is written.
std::string_view ObjectAt(std::string_view text, std::string_view name) {
  const std::size_t begin = text.find('{', text.find(fmt::format("\"{}\"", name)));
  bool in_string = false;
  int depth = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (in_string && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      in_string = !in_string;
    } else if (!in_string && text[at] == '{') {
      ++depth;
    } else if (!in_string && text[at] == '}' && --depth == 0) {
      return text.substr(begin, at + 1 - begin);
    }
  }
  return {};
}

std::string Answer(std::string_view body, std::string_view status = "200 OK",
                   std::string_view headers = {}) {
  return fmt::format(
      "HTTP/1.1 {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{}\r\n{}", status,
      body.size(), headers, body);
}

/// One function at a time is measured: the lock is always free.
class Stub {
 public:
  explicit Stub(std::size_t invocations) : wanted_(invocations) {}

  std::string Handle(const Request& request) {
    const std::scoped_lock lock(mutex_);
    if (!request.operation.empty()) return Serve(request.operation, request.body);
    if (request.target.ends_with("/next")) return Next();
    return Answered(request);
  }

  /// Waits for the last answer.
  void Wait() { done_.get_future().wait(); }

  int Report() {
    const std::scoped_lock lock(mutex_);
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
  std::string Next() {
    fetched_.push_back(Nanoseconds());
    const auto now = std::chrono::time_point_cast<ecm::Duration>(std::chrono::system_clock::now());
    const auto deadline = (now + std::chrono::minutes(1)).time_since_epoch().count();
    const std::size_t number = fetched_.size();
    return Answer(fmt::format(kEvent, number, ecm::ToIso8601(now)), "200 OK",
                  fmt::format("lambda-runtime-aws-request-id: request-{}\r\n"
                              "lambda-runtime-deadline-ms: {}\r\n"
                              "lambda-runtime-invoked-function-arn: "
                              "arn:aws:lambda:eu-west-1:123456789012:function:bench\r\n",
                              number, deadline));
  }

  std::string Answered(const Request& request) {
    answered_.push_back(Nanoseconds());
    last_ = request.body;
    failed_ =
        failed_ || !request.target.starts_with(kRuntime) || !request.target.ends_with("/response");
    if (!over_ && (failed_ || answered_.size() == wanted_)) {
      over_ = true;
      done_.set_value();
    }
    return Answer(R"({"status":"OK"})", "202 Accepted");
  }

  std::string Serve(std::string_view operation, std::string_view body) {
    const auto counted = calls_.find(operation);
    ++(counted != calls_.end() ? counted->second : calls_[std::string(operation)]);
    if (operation.ends_with(".RunJobFlow")) return Answer(R"({"JobFlowId":"j-1BENCH0000000"})");
    if (operation.ends_with(".DescribeCluster")) {
      return Answer(R"({"Cluster":{"Id":"j-1BENCH0000000","Status":{"State":"STARTING"}}})");
    }
    if (operation.ends_with(".PutItem")) {
      item_ = ObjectAt(body, "Item");
      return Answer("{}");
    }
    if (operation.ends_with(".GetItem")) {
      // One execution after the other: the item that is not this one's is none.
      const std::string_view key = ObjectAt(body, "execution");
      const std::string_view stored = ObjectAt(item_, "execution");
      if (key.empty() || key != stored) return Answer("{}");
      return Answer(fmt::format(R"({{"Item":{}}})", item_));
    }
    return Answer(R"({"__type":"UnknownOperationException"})", "404 Not Found");
  }

  std::mutex mutex_;
  std::promise<void> done_;
  std::size_t wanted_;
  std::vector<std::int64_t> fetched_;
  std::vector<std::int64_t> answered_;
  std::map<std::string, int, std::less<>> calls_;
  std::string last_;
  std::string item_;  ///< that was put last, as it was written
  bool failed_ = false;
  bool over_ = false;
};

/// Until the peer is gone.
void Talk(tcp::socket socket, Stub& stub) {
  boost::system::error_code ec;
  socket.set_option(tcp::no_delay(true), ec);
  std::string pending;
  char buffer[65'536];
  while (true) {
    const std::size_t got = socket.read_some(boost::asio::buffer(buffer), ec);
    if (ec) return;
    pending.append(buffer, got);
    while (const auto request = ReadRequest(pending)) {
      boost::asio::write(socket, boost::asio::buffer(stub.Handle(*request)), ec);
      if (ec) return;
      pending.erase(0, request->size);
    }
  }
}

void Accept(tcp::acceptor& acceptor, Stub& stub) {
  while (true) {
    boost::system::error_code ec;
    tcp::socket socket = acceptor.accept(ec);
    if (!ec) std::thread(Talk, std::move(socket), std::ref(stub)).detach();
  }
}

}  // namespace

int main(int argc, char** argv) try {
  const int invocations = argc == 2 ? std::atoi(argv[1]) : 0;
  if (invocations <= 0) {
    std::fputs("usage: bench_lambda_stub INVOCATIONS\n", stderr);
    return 2;
  }
  boost::asio::io_context io;
  tcp::acceptor acceptor(io, {boost::asio::ip::address_v4::loopback(), 0});
  Stub stub(static_cast<std::size_t>(invocations));
  std::thread(Accept, std::ref(acceptor), std::ref(stub)).detach();
  std::printf("port %d\n", acceptor.local_endpoint().port());
  std::fflush(stdout);
  stub.Wait();
  const int code = stub.Report();
  std::fflush(stdout);
  std::_Exit(code);  // threads may still wait for a peer
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_lambda_stub: %s\n", error.what());
  return 1;
}
