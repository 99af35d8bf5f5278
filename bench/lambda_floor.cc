// The function that does nothing, for bench/run_lambda: makes the exchanges of one Submit with
// requests that lie ready, and looks at no answer. What it takes is the kernel and the stand-in:
// less than any function in any language can take on this machine.
//
//     bench_lambda_floor PORT
//
// Ends when the stand-in does.

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace {

using boost::asio::ip::tcp;

constexpr std::string_view kKey = R"({"Key":{"execution":{"S":"run"}}})";
constexpr std::string_view kItem = R"({"Item":{"execution":{"S":"run"},"document":{"S":"{}"}}})";

/// As large as ours are with their signature and a job's record.
std::string Call(std::string_view operation, std::string_view body, std::size_t body_bytes) {
  const std::string padded = std::string(body) + std::string(body_bytes - body.size(), ' ');
  return fmt::format(
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Amz-Target: {}\r\nAuthorization: {}\r\n"
      "Content-Length: {}\r\n\r\n{}",
      operation, std::string(600, 'x'), padded.size(), padded);
}

/// In the order in which Submit makes them.
std::vector<std::string> Calls() {
  const std::string get = Call("DynamoDB_20120810.GetItem", kKey, 150);
  const std::string put = Call("DynamoDB_20120810.PutItem", kItem, 1000);
  return {get, put, get, put, Call("ElasticMapReduce.RunJobFlow", "{}", 2000), get, put};
}

/// False: the peer is gone. Each answer fits into one segment of the loopback interface.
bool Exchange(tcp::socket& socket, std::string_view request) {
  static char answer[65'536];
  boost::system::error_code ec;
  boost::asio::write(socket, boost::asio::buffer(request), ec);
  if (!ec) socket.read_some(boost::asio::buffer(answer), ec);
  return !ec;
}

}  // namespace

int main(int argc, char** argv) try {
  const int port = argc == 2 ? std::atoi(argv[1]) : 0;
  if (port <= 0 || port > 65'535) {
    std::fputs("usage: bench_lambda_floor PORT\n", stderr);
    return 2;
  }
  const tcp::endpoint stub(boost::asio::ip::address_v4::loopback(),
                           static_cast<unsigned short>(port));
  boost::asio::io_context io;
  tcp::socket runtime(io);
  tcp::socket services(io);
  for (tcp::socket* const socket : {&runtime, &services}) {
    socket->connect(stub);
    socket->set_option(tcp::no_delay(true));
  }
  const std::string runtime_api = "/2018-06-01/runtime/invocation/";
  const std::string next = "GET " + runtime_api + "next HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
  const std::string answer = R"({"next":"await"})";
  const std::string response = fmt::format(
      "POST {}request/response HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {}\r\n\r\n{}",
      runtime_api, answer.size(), answer);
  const std::vector<std::string> calls = Calls();
  const auto made = [&services](const std::string& call) { return Exchange(services, call); };
  while (Exchange(runtime, next) && std::ranges::all_of(calls, made) &&
         Exchange(runtime, response)) {
  }
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "bench_lambda_floor: %s\n", error.what());
  return 1;
}
