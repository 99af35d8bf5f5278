#pragma once

#include <string>
#include <string_view>

namespace ecm {

/// What is wrong with `uri` as the address of one object, "" if nothing is:
/// s3://, s3a:// or s3n://, a bucket, and a key of letters, digits and / _ . - = + @ ~ without
/// empty,
/// "." or ".." segments. Other characters mean something else to Spark or Hadoop (',' separates
/// files, '#' and '?' end a path, '*' and '{' are patterns, a space makes it a local path), and
/// ".." leaves the bucket where buckets are folders.
std::string ExplainS3Uri(std::string_view uri);

/// The bucket of "bucket", "s3://bucket" or "s3://bucket/" (s3a, s3n too); "" if it is none of
/// them.
std::string_view BucketOf(std::string_view name_or_uri);

}  // namespace ecm
