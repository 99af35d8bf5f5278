// The logs of a step: stdout and stderr as text, and the bytes of a log object that should be gzip.

#include <zlib.h>

#include <algorithm>
#include <cstring>

#include "base/gzip_tail.h"
#include "base/text.h"
#include "diagnose/log_cause.h"
#include "diagnose/redact.h"
#include "fuzz.h"

namespace ecm {
namespace {

using fuzz::Must;

constexpr std::size_t kTail = 2000;

void CheckCause(const StepLogs& logs) {
  const std::optional<LogCause> cause = FindLogCause(logs);
  if (!cause) return;
  Must(cause->line.size() <= 1024, "a cause is short", cause->line);
  Must(IsValidUtf8(cause->line) && ToOneLine(cause->line) == cause->line,
       "a cause is one line for people", cause->line);
  Must(cause->log == "stdout" || cause->log == "stderr", "a cause stands in a log", cause->log);
}

void CheckRedaction(std::string_view text) {
  const std::string redacted = RedactSecrets(text);
  Must(redacted.size() <= 16 * text.size() + 64, "a redacted text is about as long");
  const std::string secret(24, 'Q');
  if (text.find(secret) != std::string_view::npos) return;
  const std::string told = RedactSecrets(std::string(text) + "\npassword=" + secret + "\n");
  Must(told.find(secret) == std::string::npos, "a password is not told, whatever is before it");
}

ReadBytes From(std::string_view bytes, std::size_t piece) {
  return [bytes, piece](char* buffer, std::size_t size) mutable -> long {
    const std::size_t count = std::min({size, piece, bytes.size()});
    std::memcpy(buffer, bytes.data(), count);
    bytes.remove_prefix(count);
    return static_cast<long>(count);
  };
}

std::string Gzip(std::string_view text) {
  z_stream stream{};
  Must(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK, "zlib");
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  Must(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib compresses");
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

void CheckTails(std::string_view bytes, std::size_t piece) {
  const Result<std::string> tail = TailOf(From(bytes, piece), kTail);
  Must(tail && *tail == bytes.substr(bytes.size() - std::min(bytes.size(), kTail)),
       "a tail is the end");
  const Result<std::string> unpacked = TailOfGzip(From(bytes, piece), kTail);
  Must(!unpacked || unpacked->size() <= kTail, "a tail is bounded");
  const Result<std::string> whole = TailOfGzip(From(bytes, bytes.size() + 1), kTail);
  Must(whole.has_value() == unpacked.has_value() && (!whole || *whole == *unpacked),
       "pieces give the same tail");
  const std::string packed = Gzip(bytes);
  const Result<std::string> again = TailOfGzip(From(packed, piece), kTail);
  Must(again && *again == *tail, "what is packed comes out again");
}

}  // namespace
}  // namespace ecm

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = ecm::fuzz::Text(data, size);
  const auto parts = ecm::fuzz::Parts(text);
  const std::string_view second = ecm::fuzz::PartOr(parts, 1);
  const std::optional<int> exit_code = size % 3 == 0 ? std::nullopt : std::optional<int>(1);
  ecm::CheckCause({parts[0], second, exit_code});
  ecm::CheckRedaction(text);
  ecm::CheckTails(text, 1 + size % 97);
  return 0;
}
