#include "http/response_reader.h"

#include <algorithm>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "http/chunk_start.h"

namespace ecm::http {
namespace {

namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using beast::error_code;
using beast::string_view;

constexpr std::size_t kSmallRead = 8192;
constexpr std::size_t kLargeRead = 65'536;
constexpr int kMostInterimAnswers = 16;
constexpr unsigned kSwitchingProtocols = 101;

}  // namespace

/// Beast's grammar, filling our answer.
class ResponseReader::Parser final : public bhttp::basic_parser<false> {
 public:
  Parser(HttpResponse& response, const AnswerLimits& limits, bool without_body,
         std::size_t& counted)
      : response_(response), limits_(limits), counted_(counted) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
    skip(without_body);
  }

  std::string refusal;  ///< where this parser and not the grammar refused

 private:
  void Refuse(std::string why, error_code& ec) {
    refusal = std::move(why);
    ec = bhttp::error::bad_value;
  }

  /// Beast's own limit is on what it has not yet taken in; this one is on what it took, over all
  /// interim answers too. Four bytes are those of ": " and the end of the line.
  void Count(std::size_t bytes, error_code& ec) {
    counted_ += bytes + 4;
    if (counted_ > limits_.header_bytes) ec = bhttp::error::header_limit;
  }

  void on_request_impl(bhttp::verb, string_view, string_view, int, error_code&) override {}

  void on_response_impl(int status, string_view reason, int /*version*/, error_code& ec) override {
    response_.status = static_cast<unsigned>(status);
    if (status < 100) return Refuse("its status is no status of HTTP", ec);
    if (response_.status == kSwitchingProtocols) {
      return Refuse("it changed to a protocol that nobody asked for", ec);
    }
    Count(reason.size(), ec);
  }

  void on_field_impl(bhttp::field field, string_view name, string_view value,
                     error_code& ec) override {
    Count(name.size() + value.size(), ec);
    if (ec || header_done_) return;  // trailers are counted and dropped
    if (field == bhttp::field::transfer_encoding && !EqualsIgnoringCase(value, "chunked")) {
      return Refuse("its Transfer-Encoding is not chunked", ec);
    }
    response_.headers.emplace_back(ToLowerAscii(name), value);
  }

  void on_header_impl(error_code&) override { header_done_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // A length is only a claim: memory is taken as bytes come.
    response_.body.reserve(std::min<std::uint64_t>(length.value_or(0), kLargeRead));
  }
  std::size_t on_body_impl(string_view body, error_code&) override {
    response_.body.append(body);
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    response_.body.append(body);
    return body.size();
  }
  void on_finish_impl(error_code&) override {}

  HttpResponse& response_;
  const AnswerLimits& limits_;
  std::size_t& counted_;
  bool header_done_ = false;
};

struct ResponseReader::Impl {
  Impl(const AnswerLimits& given, bool no_body) : limits(given), without_body(no_body) { Begin(); }

  void Begin() {
    response = HttpResponse{};
    parser.emplace(response, limits, without_body, counted);
  }

  std::string_view Bytes() const {
    return {static_cast<const char*>(buffer.data().data()), buffer.size()};
  }

  State Break(const error_code& ec) {
    if (!parser->refusal.empty()) {
      problem = parser->refusal;
    } else if (ec == bhttp::error::header_limit) {
      problem = "its headers are larger than " + std::to_string(limits.header_bytes) + " bytes";
    } else if (ec == bhttp::error::body_limit) {
      problem = "it is larger than " + std::to_string(limits.body_bytes) + " bytes";
    } else if (ec == bhttp::error::partial_message) {
      problem = "it ends too early";
    } else {
      problem = "it is not HTTP (" + ec.message() + ")";
    }
    return State::kBroken;
  }

  const AnswerLimits limits;
  const bool without_body;
  HttpResponse response;
  std::string problem;
  beast::flat_buffer buffer;
  std::size_t counted = 0;
  int interim = 0;
  bool got_some = false;
  std::optional<Parser> parser;
};

ResponseReader::ResponseReader(const AnswerLimits& limits, bool without_body)
    : impl_(std::make_unique<Impl>(limits, without_body)) {}
ResponseReader::~ResponseReader() = default;

std::span<char> ResponseReader::Room() {
  const bool in_body = impl_->parser->got_some() && impl_->parser->is_header_done();
  const auto room = impl_->buffer.prepare(in_body ? kLargeRead : kSmallRead);
  return {static_cast<char*>(room.data()), room.size()};
}

ResponseReader::State ResponseReader::Commit(std::size_t bytes) {
  Impl& impl = *impl_;
  impl.got_some = impl.got_some || bytes > 0;
  impl.buffer.commit(bytes);
  while (impl.buffer.size() > 0 && !AwaitsChunk(*impl.parser, impl.Bytes())) {
    error_code ec;
    impl.buffer.consume(impl.parser->put(impl.buffer.data(), ec));
    if (ec == bhttp::error::need_more) {
      // Only the rest of a header, of a chunk's line or of trailers waits in the buffer.
      if (impl.buffer.size() < impl.limits.header_bytes) return State::kWaiting;
      ec = bhttp::error::header_limit;
    }
    if (ec) return impl.Break(ec);
    if (!impl.parser->is_done()) continue;
    if (impl.response.status >= 200) return State::kComplete;
    if (++impl.interim > kMostInterimAnswers) {
      impl.problem = "nothing but interim answers came";
      return State::kBroken;
    }
    impl.Begin();
  }
  return State::kWaiting;
}

ResponseReader::State ResponseReader::End() {
  error_code ec = bhttp::error::partial_message;
  if (impl_->parser->got_some()) impl_->parser->put_eof(ec);
  return ec ? impl_->Break(ec) : State::kComplete;
}

bool ResponseReader::got_some() const { return impl_->got_some; }
bool ResponseReader::has_more() const { return impl_->buffer.size() > 0; }
bool ResponseReader::keep_alive() const { return impl_->parser->keep_alive() && !has_more(); }
HttpResponse ResponseReader::Take() { return std::move(impl_->response); }
const std::string& ResponseReader::problem() const { return impl_->problem; }

}  // namespace ecm::http
