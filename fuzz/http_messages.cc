// The bytes of a connection: requests as the endpoint reads them, answers as the clients do. The
// first byte says how the bytes are cut into pieces, which must not matter.

#include <algorithm>
#include <cstring>

#include "fuzz.h"
#include "http/request_reader.h"
#include "http/request_text.h"
#include "http/response_reader.h"
#include "http/response_text.h"

namespace ecm::http {
namespace {

using fuzz::Must;

constexpr Limits kLimits{.header_bytes = 2048, .body_bytes = 4096};
constexpr AnswerLimits kAnswerLimits{.header_bytes = 2048, .body_bytes = 4096};

/// What a reader has made of a stream.
struct Seen {
  std::vector<std::string> messages;
  std::string end;
  bool operator==(const Seen&) const = default;
};

std::string Written(const Request& request, bool keep_alive) {
  std::string text = request.method + " " + request.target + (keep_alive ? " +" : " -") + "\n";
  for (const auto& [name, value] : request.headers) text.append(name + ": " + value + "\n");
  return text + "\n" + request.body;
}

void CheckRequest(const Request& request) {
  Must(request.body.size() <= kLimits.body_bytes, "a body keeps to its limit");
  Must(!request.target.empty() && (request.target[0] == '/' || request.target == "*"),
       "a target is a path", request.target);
  for (const char c : request.target) {
    Must(static_cast<unsigned char>(c) > ' ' && c != 0x7F, "a target is one word", request.target);
  }
  for (const auto& [name, value] : request.headers) {
    Must(value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos,
         "a header is one line", value);
  }
}

/// At most `piece` bytes at once.
Seen ReadRequests(std::string_view bytes, std::size_t piece) {
  Seen seen;
  RequestReader reader(kLimits);
  while (true) {
    const RequestReader::State state = reader.Read();
    if (state == RequestReader::State::kRefused) {
      Must(IsWellFormed(reader.refusal()), "a refusal can be written");
      Must(reader.refusal().status >= 400, "a refusal is one");
      seen.end = "refused " + std::to_string(reader.refusal().status);
      return seen;
    }
    if (state == RequestReader::State::kComplete) {
      CheckRequest(reader.request());
      seen.messages.push_back(Written(reader.request(), reader.keep_alive()));
      if (!reader.keep_alive()) return seen;
      reader.Next();
      continue;
    }
    if (bytes.empty()) {
      seen.end = state == RequestReader::State::kIdle ? "idle" : "begun";
      return seen;
    }
    const std::span<char> room = reader.Room();
    Must(!room.empty(), "a reader that wants more has room for it");
    const std::size_t count = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    reader.Commit(count);
  }
}

Seen ReadAnswer(std::string_view bytes, std::size_t piece, bool without_body) {
  ResponseReader reader(kAnswerLimits, without_body);
  auto state = ResponseReader::State::kWaiting;
  while (state == ResponseReader::State::kWaiting && !bytes.empty()) {
    const std::span<char> room = reader.Room();
    Must(!room.empty(), "a reader that waits has room");
    const std::size_t count = std::min({piece, room.size(), bytes.size()});
    std::memcpy(room.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    state = reader.Commit(count);
  }
  if (state == ResponseReader::State::kWaiting) state = reader.End();
  if (state != ResponseReader::State::kComplete) return {{}, "broken"};
  const HttpResponse answer = reader.Take();
  Must(answer.body.size() <= kAnswerLimits.body_bytes, "a body keeps to its limit");
  std::string text = std::to_string(answer.status) + "\n";
  for (const auto& [name, value] : answer.headers) text.append(name + ": " + value + "\n");
  return {{text + "\n" + answer.body}, "complete"};
}

/// What a client writes, the server reads as that request.
void CheckWriting(std::string_view bytes) {
  HttpRequest request;
  request.origin = {.tls = false, .host = "127.0.0.1", .port = 8367};
  request.method = std::string(fuzz::TakeLine(bytes));
  request.target = std::string(fuzz::TakeLine(bytes));
  request.headers.emplace_back("X-Any", std::string(fuzz::TakeLine(bytes)));
  request.body = std::string(bytes.substr(0, 1000));
  if (!CheckWritable(request)) return;
  const Seen seen =
      ReadRequests(WriteRequestHead(request, request.target, "") + request.body, 4096);
  Must(seen.messages.size() <= 1, "one request is at most one request", request.target);
}

void Check(std::string_view bytes) {
  if (bytes.empty()) return;
  const std::size_t piece = 1 + static_cast<unsigned char>(bytes[0]) % 64;
  bytes.remove_prefix(1);
  const Seen whole = ReadRequests(bytes, 1 << 20);
  const Seen cut = ReadRequests(bytes, piece);
  Must(whole.messages == cut.messages, "pieces give the same requests");
  // A request line that has come alone may be judged later than one with what follows it.
  Must(whole.end == cut.end || whole.end == "begun" || cut.end == "begun",
       "pieces give the same end", whole.end + " / " + cut.end);
  for (const bool without_body : {false, true}) {
    Must(ReadAnswer(bytes, 1 << 20, without_body) == ReadAnswer(bytes, piece, without_body),
         "pieces give the same answer");
  }
  CheckWriting(bytes);
}

}  // namespace
}  // namespace ecm::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ecm::http::Check(ecm::fuzz::Text(data, size));
  return 0;
}
