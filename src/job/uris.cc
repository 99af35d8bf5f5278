#include "job/uris.h"

#include <algorithm>
#include <array>

#include "job/formats.h"
#include "job/problems.h"

namespace ecm {
namespace {

constexpr std::array<std::string_view, 3> kSchemes = {"s3://", "s3a://", "s3n://"};

/// "" where the text has none of the schemes.
std::string_view SchemeOf(std::string_view text) {
  const auto* found =
      std::ranges::find_if(kSchemes, [&](std::string_view s) { return text.starts_with(s); });
  return found == kSchemes.end() ? std::string_view() : *found;
}

bool IsKeyCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_.-=+@~").contains(c);
}

std::string ExplainKey(std::string_view key) {
  while (true) {
    const std::string_view segment = key.substr(0, key.find('/'));
    if (segment.empty()) return "has an empty part in its path";
    if (segment == "." || segment == "..") return "has '.' or '..' as a part of its path";
    if (!std::ranges::all_of(segment, IsKeyCharacter)) {
      return "has a character that Spark or Hadoop may read as something else; a path may hold "
             "letters, digits and / _ . - = + @ ~";
    }
    if (segment.size() == key.size()) return {};
    key.remove_prefix(segment.size() + 1);
  }
}

}  // namespace

std::string ExplainS3Uri(std::string_view uri) {
  if (uri.starts_with('-')) return "begins with '-': spark-submit would take it for an option";
  const std::string_view scheme = SchemeOf(uri);
  if (scheme.empty()) return "does not begin with s3://, s3a:// or s3n://";
  const std::string_view rest = uri.substr(scheme.size());
  const std::size_t slash = rest.find('/');
  const std::string_view bucket = rest.substr(0, slash);
  if (!IsBucketName(bucket)) {
    return "has " + Quote(bucket) + " where the name of a bucket should be";
  }
  if (slash == rest.npos || slash + 1 == rest.size()) return "names a bucket, but no object in it";
  return ExplainKey(rest.substr(slash + 1));
}

std::string_view BucketOf(std::string_view name_or_uri) {
  const std::string_view scheme = SchemeOf(name_or_uri);
  std::string_view bucket = name_or_uri.substr(scheme.size());
  if (!scheme.empty() && bucket.ends_with('/')) bucket.remove_suffix(1);
  return IsBucketName(bucket) ? bucket : std::string_view();
}

}  // namespace ecm
