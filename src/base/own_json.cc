#include "base/own_json.h"

#include <array>

#include "base/json_handler.h"

namespace ecm {
namespace {

namespace bj = boost::json;

/// Requests are at most 32 levels deep and records add a few; data of a state machine can grow.
constexpr std::size_t kMaxDepth = 4096;

using Parser = bj::basic_parser<JsonHandler>;

Parser MakeParser() {
  bj::parse_options options;
  options.max_depth = kMaxDepth;
  options.allow_invalid_utf8 = true;
  return Parser(options);
}

Result<Json> Parse(Parser& parser, std::string_view text, bj::storage_ptr memory) {
  parser.reset();
  parser.handler().stack.reset(std::move(memory));
  bj::error_code error;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = bj::error::extra_data;
  if (error) return Fail(ErrorKind::kInternal, error.message());
  return parser.handler().stack.release();
}

}  // namespace

struct OwnJsonReader::Impl {
  std::array<unsigned char, 8192> buffer;
  bj::monotonic_resource memory{buffer.data(), buffer.size()};
  Parser parser = MakeParser();
};

OwnJsonReader::OwnJsonReader() : impl_(std::make_unique<Impl>()) {}
OwnJsonReader::~OwnJsonReader() = default;

Result<Json> OwnJsonReader::Read(std::string_view text) {
  impl_->memory.release();
  return Parse(impl_->parser, text, &impl_->memory);
}

Result<Json> ReadOwnJson(std::string_view text) {
  Parser parser = MakeParser();
  return Parse(parser, text, {});
}

}  // namespace ecm
