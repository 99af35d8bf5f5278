#include "aws_client/s3_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "aws/xml.h"
#include "base/gzip_tail.h"

namespace ecm::aws_client {
namespace {

constexpr std::size_t kKeysPerPage = 1000;  // what S3 gives at most
/// A listing that never ends must not hold a handler for ever.
constexpr int kMaxPages = 10'000;

/// Range asks for what an object does not have: it is empty, or no longer than what was read.
bool IsBeyondTheEnd(const Error& error) { return error.code == "InvalidRange"; }

/// One object, piece after piece, and never two versions of it.
class Pieces {
 public:
  Pieces(ServiceClient& client, const Region& region, const std::string& bucket,
         const std::string& key)
      : client_(client), region_(region), bucket_(bucket), key_(key) {}

  /// As ReadBytes; what went wrong is kept in `error`.
  long Read(char* buffer, std::size_t size) {
    if (at_ == piece_.size() && !is_last_) {
      if (auto next = Next(); !next.has_value()) {
        error_ = std::move(next).error();
        return -1;
      }
    }
    const std::size_t count = std::min(size, piece_.size() - at_);
    std::copy_n(piece_.data() + at_, count, buffer);
    at_ += count;
    return static_cast<long>(count);
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  Result<void> Next() {
    if (begin_ >= S3Objects::kMaxPackedBytes) {
      return Fail(ErrorKind::kInvalidJob,
                  fmt::format("s3://{}/{} is larger than {} MiB: read it with another tool",
                              bucket_, key_, S3Objects::kMaxPackedBytes >> 20));
    }
    const std::size_t end = begin_ + S3Objects::kPieceBytes;
    ServiceClient::S3Call call{.region = region_,
                               .bucket = bucket_,
                               .key = key_,
                               .query = {},
                               .headers = {{"range", fmt::format("bytes={}-{}", begin_, end - 1)}}};
    if (!etag_.empty()) call.headers.emplace_back("if-match", etag_);
    auto response = client_.CallS3(call);
    piece_.clear();
    at_ = 0;
    if (!response.has_value()) return Judge(response.error());
    etag_ = response->Header("etag");
    piece_ = std::move(response->body);
    // 200: a server that does not know ranges has sent all of it.
    is_last_ = response->status != 206 || piece_.size() < S3Objects::kPieceBytes;
    begin_ = end;
    return {};
  }

  Result<void> Judge(const Error& error) {
    if (IsBeyondTheEnd(error)) {
      is_last_ = true;
      return {};
    }
    if (error.code == "PreconditionFailed") {
      return Fail(ErrorKind::kUnavailable,
                  fmt::format("s3://{}/{} was replaced while it was read", bucket_, key_),
                  error.code);
    }
    return Fail(error);
  }

  ServiceClient& client_;
  const Region& region_;
  const std::string& bucket_;
  const std::string& key_;
  std::string etag_;
  std::size_t begin_ = 0;
  std::string piece_;
  std::size_t at_ = 0;
  bool is_last_ = false;
  std::optional<Error> error_;
};

struct Page {
  std::vector<std::string> keys;
  std::string next;  ///< "" after the last page
};

Result<Page> ReadPage(const std::string& body) {
  ECM_TRY(const XmlElement root, ParseXml(body));
  if (root.name != "ListBucketResult") {
    return Fail(ErrorKind::kUnknownOutcome, "the answer is no list of a bucket");
  }
  Page page;
  for (const XmlElement& child : root.children) {
    if (child.name == "Contents") page.keys.push_back(TextAt(child, {"Key"}));
  }
  if (TextAt(root, {"IsTruncated"}) == "true") page.next = TextAt(root, {"NextContinuationToken"});
  return page;
}

}  // namespace

Result<std::string> S3Objects::ReadTail(const Region& region, const std::string& bucket,
                                        const std::string& key, std::size_t max_bytes) {
  if (key.ends_with(".gz")) {
    Pieces pieces(client_, region, bucket, key);
    auto tail = TailOfGzip(
        [&pieces](char* buffer, std::size_t size) { return pieces.Read(buffer, size); }, max_bytes);
    if (pieces.error().has_value()) return Fail(*pieces.error());
    if (!tail.has_value()) return Fail(AddContext(tail.error(), "s3://" + bucket + "/" + key));
    return tail;
  }
  if (max_bytes == 0) return std::string();
  auto response = client_.CallS3({.region = region,
                                  .bucket = bucket,
                                  .key = key,
                                  .query = {},
                                  .headers = {{"range", fmt::format("bytes=-{}", max_bytes)}}});
  if (!response.has_value()) {
    if (IsBeyondTheEnd(response.error())) return std::string();
    return Fail(std::move(response).error());
  }
  std::string& body = response->body;
  if (body.size() > max_bytes) body.erase(0, body.size() - max_bytes);
  return std::move(body);
}

Result<std::vector<std::string>> S3Objects::ListKeys(const Region& region,
                                                     const std::string& bucket,
                                                     const std::string& prefix,
                                                     std::size_t max_keys) {
  std::vector<std::string> keys;
  std::string token;
  for (int page_number = 0; page_number < kMaxPages && keys.size() < max_keys; ++page_number) {
    const std::size_t wanted = std::min(max_keys - keys.size(), kKeysPerPage);
    ServiceClient::S3Call call{
        .region = region,
        .bucket = bucket,
        .key = "",
        .query = {{"list-type", "2"}, {"max-keys", std::to_string(wanted)}, {"prefix", prefix}},
        .headers = {}};
    if (!token.empty()) call.query.emplace_back("continuation-token", token);
    ECM_TRY(const HttpResponse response, client_.CallS3(call));
    auto page = ReadPage(response.body);
    if (!page.has_value()) return Fail(AddContext(page.error(), "ListObjectsV2 of " + bucket));
    std::ranges::move(page->keys, std::back_inserter(keys));
    if (page->next.empty() || page->next == token) break;
    token = page->next;
  }
  if (keys.size() > max_keys) keys.resize(max_keys);
  return keys;
}

}  // namespace ecm::aws_client
