#include "endpoint/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "endpoint/page/html.h"
#include "endpoint/page/links.h"

namespace ecm::endpoint {
namespace {

/// Of one answer: larger objects are read in ranges, as SDKs do.
constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;
constexpr std::size_t kKeysPerPage = 1000;
constexpr std::size_t kMostKeys = 100'000;

http::Response Xml(unsigned status, const std::string& body, const std::string& id) {
  http::Response response;
  response.status = status;
  response.headers = {{"Content-Type", "application/xml"}, {"x-amz-request-id", id}};
  response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body;
  return response;
}

http::Response Refuse(unsigned status, std::string_view code, std::string_view message,
                      const std::string& id) {
  return Xml(status,
             fmt::format("<Error><Code>{}</Code><Message>{}</Message><RequestId>{}</RequestId>"
                         "</Error>",
                         code, page::Escaped(message), id),
             id);
}

http::Response Refuse(const Error& error, std::string_view missing, const std::string& id) {
  switch (error.kind) {
    case ErrorKind::kNotFound:
      return Refuse(404, missing, error.message, id);
    case ErrorKind::kAccessDenied:
      return Refuse(403, "AccessDenied", error.message, id);
    default:
      return Refuse(500, "InternalError", error.message, id);
  }
}

std::optional<std::uint64_t> ReadNumber(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

struct Range {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;  ///< behind its last byte
};

/// "bytes=5-9", "bytes=5-", "bytes=-5" of an object of this size (RFC 9110); nothing where no byte
/// of it is meant. What is no such range counts as the whole object.
std::optional<Range> ReadRange(std::string_view header, std::uint64_t size) {
  static constexpr std::string_view kUnit = "bytes=";
  const Range whole{0, size};
  if (!header.starts_with(kUnit)) return whole;
  header.remove_prefix(kUnit.size());
  const std::size_t dash = header.find('-');
  if (dash == std::string_view::npos) return whole;
  const auto first = ReadNumber(header.substr(0, dash));
  const auto last = ReadNumber(header.substr(dash + 1));
  if (dash == 0) {
    if (!last) return whole;
    if (*last == 0 || size == 0) return std::nullopt;
    return Range{size - std::min(*last, size), size};
  }
  if (!first || (!last && dash + 1 != header.size()) || (last && *last < *first)) return whole;
  if (*first >= size) return std::nullopt;
  return Range{*first, last ? std::min(*last, size - 1) + 1 : size};
}

http::Response Get(const http::Request& request, const std::string& bucket, const std::string& key,
                   StoredObjects& objects, const std::string& id) {
  const auto size = objects.SizeOf(bucket, key);
  if (!size) return Refuse(size.error(), "NoSuchKey", id);
  const std::string_view header = request.Header("range");
  const auto range = ReadRange(header, *size);
  if (!range) {
    return Refuse(416, "InvalidRange", "The requested range is not satisfiable", id);
  }
  const std::uint64_t wanted = range->end - range->begin;
  if (wanted > kMostBytes) {
    return Refuse(400, "InvalidRequest", "at most 64 MiB are told at once: ask with Range", id);
  }
  auto bytes = objects.Read(bucket, key, range->begin, static_cast<std::size_t>(wanted));
  if (!bytes) return Refuse(bytes.error(), "NoSuchKey", id);
  http::Response response;
  response.headers = {{"Content-Type", "binary/octet-stream"},
                      {"Accept-Ranges", "bytes"},
                      {"x-amz-request-id", id}};
  if (wanted != *size) {
    response.status = 206;
    response.headers.emplace_back(
        "Content-Range", fmt::format("bytes {}-{}/{}", range->begin, range->end - 1, *size));
  }
  response.body = *std::move(bytes);
  return response;
}

http::Response List(const page::Url& url, const std::string& bucket, StoredObjects& objects,
                    const std::string& id) {
  if (url.Query("list-type") != "2" || !url.Query("delimiter").empty()) {
    return Refuse(501, "NotImplemented",
                  "of a bucket only ListObjectsV2 without a delimiter is answered here", id);
  }
  const std::string prefix = url.Query("prefix");
  auto keys = objects.ListKeys(bucket, prefix, kMostKeys);
  if (!keys) return Refuse(keys.error(), "NoSuchBucket", id);
  // A token is the last key of the page before.
  const std::string after = url.Query("continuation-token");
  const auto begin = std::ranges::upper_bound(*keys, after);
  const std::size_t most = std::min<std::uint64_t>(
      ReadNumber(url.Query("max-keys")).value_or(kKeysPerPage), kKeysPerPage);
  const auto left = static_cast<std::size_t>(keys->end() - begin);
  const std::size_t count = std::min(left, most);
  std::string contents;
  for (auto key = begin; key != begin + static_cast<std::ptrdiff_t>(count); ++key) {
    contents += fmt::format("<Contents><Key>{}</Key><Size>{}</Size></Contents>",
                            page::Escaped(*key), objects.SizeOf(bucket, *key).value_or(0));
  }
  const bool more = count < left && count > 0;
  const std::string token = more ? "<NextContinuationToken>" +
                                       page::Escaped(*(begin + static_cast<long>(count) - 1)) +
                                       "</NextContinuationToken>"
                                 : "";
  return Xml(
      200,
      fmt::format("<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                  "<Name>{}</Name><Prefix>{}</Prefix><KeyCount>{}</KeyCount>"
                  "<MaxKeys>{}</MaxKeys><IsTruncated>{}</IsTruncated>{}{}"
                  "</ListBucketResult>",
                  page::Escaped(bucket), page::Escaped(prefix), count, most, more, token, contents),
      id);
}

}  // namespace

http::Response ReadObjects(const http::Request& request, StoredObjects& objects,
                           const std::string& request_id) {
  const std::optional<page::Url> url = page::ParseUrl(request.target);
  const bool is_path = url && url->path.starts_with('/');
  const std::string_view path = is_path ? std::string_view(url->path).substr(1) : "";
  const std::size_t slash = std::min(path.find('/'), path.size());
  const auto bucket = page::Decode(path.substr(0, slash));
  const auto key = page::Decode(path.substr(std::min(slash + 1, path.size())));
  if (!is_path || !bucket || !key) {
    return Refuse(400, "InvalidURI", "the address cannot be read", request_id);
  }
  if (bucket->empty()) {
    return Refuse(501, "NotImplemented", "buckets are not listed here: they are folders",
                  request_id);
  }
  if (key->empty()) return List(*url, *bucket, objects, request_id);
  return Get(request, *bucket, *key, objects, request_id);
}

}  // namespace ecm::endpoint
