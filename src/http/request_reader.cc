#include "http/request_reader.h"

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

constexpr std::size_t kSmallRead = 4096;
constexpr std::size_t kLargeRead = 65'536;
/// What a connection may keep between two requests: a peer that once sent a large body does not
/// hold its memory until it leaves.
constexpr std::size_t kKeptBytes = 65'536;

constexpr std::string_view kScheme = "http://";

}  // namespace

/// Beast's grammar, filling our Request, with the doors to request smuggling shut: one length, one
/// coding, one host.
class RequestReader::Parser final : public bhttp::basic_parser<true> {
 public:
  Parser(Request& request, const Limits& limits) : request_(request), limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes));
    body_limit(limits.body_bytes);
  }

  /// The answer, where this parser and not the grammar refused.
  std::optional<Response> refusal;
  bool is_head = false;
  bool is_http10 = false;
  bool expects_continue = false;

 private:
  void Refuse(unsigned status, std::string message, error_code& ec) {
    refusal = PlainResponse(status, std::move(message));
    ec = bhttp::error::bad_value;
  }

  void on_request_impl(bhttp::verb verb, string_view method, string_view target, int version,
                       error_code& ec) override {
    is_head = verb == bhttp::verb::head;
    is_http10 = version < 11;
    request_.method = is_head ? std::string_view("GET") : std::string_view(method);
    request_.target = target;
    Count(method.size() + target.size(), ec);
  }

  void on_response_impl(int, string_view, int, error_code&) override {}

  void on_field_impl(bhttp::field field, string_view name, string_view value,
                     error_code& ec) override {
    Count(name.size() + value.size(), ec);
    // Trailers come after the decisions that headers make: they are checked and dropped.
    if (ec || header_done_) return;
    switch (field) {
      case bhttp::field::host:
        if (hosts_++ > 0) return Refuse(400, "the request has more than one Host header", ec);
        break;
      case bhttp::field::content_length:
        // Beast takes lists and repetitions of one number; whoever stands before us may not.
        if (lengths_++ > 0 ||
            !std::ranges::all_of(value, [](char c) { return '0' <= c && c <= '9'; }))
          return Refuse(400, "the request has more than one Content-Length", ec);
        break;
      case bhttp::field::transfer_encoding:
        codings_++;
        if (is_http10) return Refuse(400, "HTTP/1.0 has no Transfer-Encoding", ec);
        if (codings_ > 1 || !EqualsIgnoringCase(value, "chunked"))
          return Refuse(501, "the only Transfer-Encoding that is understood is chunked", ec);
        break;
      case bhttp::field::expect:
        if (is_http10) break;
        if (!EqualsIgnoringCase(value, "100-continue"))
          return Refuse(417, "the only expectation that can be met is 100-continue", ec);
        expects_continue = true;
        break;
      default:
        break;
    }
    request_.headers.emplace_back(ToLowerAscii(name), value);
  }

  void on_header_impl(error_code& ec) override {
    header_done_ = true;
    if (lengths_ > 0 && codings_ > 0)
      return Refuse(400, "the request has both Content-Length and Transfer-Encoding", ec);
    if (hosts_ == 0 && !is_http10) return Refuse(400, "the request has no Host header", ec);
    ReadTarget(ec);
  }

  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    // A length is only a claim: memory is taken as bytes come.
    request_.body.reserve(std::min<std::uint64_t>(length.value_or(0), kKeptBytes));
  }

  std::size_t on_body_impl(string_view body, error_code&) override {
    request_.body.append(body);
    return body.size();
  }

  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}

  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code&) override {
    request_.body.append(body);
    return body.size();
  }

  void on_finish_impl(error_code&) override {}

  /// Beast's own limit is on what it has not yet taken in: what it took is counted here, with the
  /// four bytes of ": " and the end of the line.
  void Count(std::size_t bytes, error_code& ec) {
    counted_ += bytes + 4;
    if (counted_ > limits_.header_bytes) ec = bhttp::error::header_limit;
  }

  /// RFC 9112, 3.2: origin form, the asterisk of OPTIONS, or an absolute URL, whose authority
  /// stands above the Host header.
  void ReadTarget(error_code& ec) {
    std::string& target = request_.target;
    if (target.starts_with('/')) return;
    if (target == "*" && request_.method == "OPTIONS") return;
    if (target.size() > kScheme.size() &&
        EqualsIgnoringCase(std::string_view(target).substr(0, kScheme.size()), kScheme)) {
      const std::size_t end = std::min(target.find_first_of("/?", kScheme.size()), target.size());
      std::string authority = target.substr(kScheme.size(), end - kScheme.size());
      if (!authority.empty() && !authority.contains('@')) {
        target.erase(0, end);
        if (!target.starts_with('/')) target.insert(0, 1, '/');
        auto host = std::ranges::find(request_.headers, "host",
                                      &std::pair<std::string, std::string>::first);
        if (host == request_.headers.end()) {
          request_.headers.emplace_back("host", std::move(authority));
        } else {
          host->second = std::move(authority);
        }
        return;
      }
    }
    Refuse(400, "the request target is neither a path nor a http:// URL", ec);
  }

  Request& request_;
  const Limits& limits_;
  std::size_t counted_ = 0;
  int hosts_ = 0;
  int lengths_ = 0;
  int codings_ = 0;
  bool header_done_ = false;
};

struct RequestReader::Impl {
  explicit Impl(const Limits& given) : limits(given) { parser.emplace(request, limits); }

  std::string_view Bytes() const {
    return {static_cast<const char*>(buffer.data().data()), buffer.size()};
  }

  State Refuse(Response response) {
    refusal = std::move(response);
    return State::kRefused;
  }

  State RefuseFor(const error_code& ec) {
    if (parser->refusal.has_value()) return Refuse(*std::move(parser->refusal));
    if (ec == bhttp::error::header_limit) {
      return Refuse(PlainResponse(
          431, "the header is larger than " + std::to_string(limits.header_bytes) + " bytes"));
    }
    if (ec == bhttp::error::body_limit) {
      return Refuse(PlainResponse(
          413, "the body is larger than " + std::to_string(limits.body_bytes) + " bytes"));
    }
    if (ec == bhttp::error::bad_version) {
      return Refuse(PlainResponse(505, "only HTTP/1.0 and HTTP/1.1 are understood"));
    }
    return Refuse(PlainResponse(400, "this is not an HTTP request: " + ec.message()));
  }

  const Limits limits;
  Request request;
  Response refusal;
  beast::flat_buffer buffer;
  std::optional<Parser> parser;
  bool said_continue = false;
};

RequestReader::RequestReader(const Limits& limits) : impl_(std::make_unique<Impl>(limits)) {}
RequestReader::~RequestReader() = default;

std::span<char> RequestReader::Room() {
  const bool in_body = impl_->parser->got_some() && impl_->parser->is_header_done();
  const auto room = impl_->buffer.prepare(in_body ? kLargeRead : kSmallRead);
  return {static_cast<char*>(room.data()), room.size()};
}

void RequestReader::Commit(std::size_t bytes) { impl_->buffer.commit(bytes); }

RequestReader::State RequestReader::Read() {
  Impl& impl = *impl_;
  Parser& parser = *impl.parser;
  if (!parser.got_some()) {
    // RFC 9112, 2.2: empty lines before a request are passed over.
    while (impl.Bytes().starts_with("\r\n")) impl.buffer.consume(2);
    if (impl.Bytes() == "\r") return State::kIdle;
  }
  while (!parser.is_done() && impl.buffer.size() > 0 && !AwaitsChunk(parser, impl.Bytes())) {
    error_code ec;
    impl.buffer.consume(parser.put(impl.buffer.data(), ec));
    if (ec == bhttp::error::need_more) {
      // Only the rest of a header, of a chunk's line or of trailers waits in the buffer.
      if (impl.buffer.size() >= impl.limits.header_bytes)
        ec = bhttp::error::header_limit;
      else
        break;
    }
    if (ec) return impl.RefuseFor(ec);
  }
  if (!parser.got_some()) return State::kIdle;
  if (parser.is_done()) return State::kComplete;
  if (parser.is_header_done() && parser.expects_continue && !impl.said_continue) {
    impl.said_continue = true;
    // Body bytes that are here already show that the peer did not wait.
    if (impl.request.body.empty() && impl.buffer.size() == 0) return State::kContinue;
  }
  return State::kBegun;
}

void RequestReader::Next() {
  Impl& impl = *impl_;
  if (impl.request.body.capacity() > kKeptBytes) std::string().swap(impl.request.body);
  impl.request.body.clear();
  impl.request.headers.clear();
  impl.said_continue = false;
  if (impl.buffer.size() == 0 && impl.buffer.capacity() > kKeptBytes) {
    impl.buffer.shrink_to_fit();
  }
  impl.parser.emplace(impl.request, impl.limits);
}

const Request& RequestReader::request() const { return impl_->request; }
bool RequestReader::is_head() const { return impl_->parser->is_head; }
bool RequestReader::is_http10() const { return impl_->parser->is_http10; }
bool RequestReader::keep_alive() const { return impl_->parser->keep_alive(); }
const Response& RequestReader::refusal() const { return impl_->refusal; }
std::size_t RequestReader::body_bytes() const { return impl_->request.body.size(); }
void RequestReader::DropBody() { std::string().swap(impl_->request.body); }

Response PlainResponse(unsigned status, std::string message) {
  message += '\n';
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(message)};
}

std::string_view Request::Header(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace ecm::http
