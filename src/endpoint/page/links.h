#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace ecm::endpoint::page {

/// Percent-encodes all but RFC 3986's unreserved characters; EncodePath leaves "/" too.
std::string Encode(std::string_view text);
std::string EncodePath(std::string_view text);
/// Nothing for a broken escape and for a NUL.
std::optional<std::string> Decode(std::string_view text);

/// "/logs/b/k?all=1" taken apart. The path is not decoded: an encoded "/" is not a separator.
struct Url {
  std::string path;
  std::map<std::string, std::string> query;  ///< decoded; of a name that comes twice, the first

  std::string Query(const std::string& name) const;  ///< "" without it
};
/// Nothing for what cannot be decoded.
std::optional<Url> ParseUrl(std::string_view target);

std::string ClusterPath(std::string_view cluster_id);
std::string ExecutionPath(std::string_view execution_arn);
std::string LogPath(std::string_view bucket, std::string_view key);
/// `log` is "s-1/stderr".
std::string WorkLogPath(std::string_view cluster_id, std::string_view log);

/// A place in a bucket; nothing for what is no s3://, s3a:// or s3n:// URI.
struct Place {
  std::string bucket;
  std::string key;
};
std::optional<Place> PlaceOfUri(std::string_view uri);

}  // namespace ecm::endpoint::page
