#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace ecm::local {

struct S3Uri {
  std::string bucket;
  std::string key;  ///< "" for the bucket itself; never begins with '/'
};

/// Reads s3://, s3a:// and s3n:// URIs; nothing for any other text. Bucket and key are taken as
/// they stand: whoever uses them as a path goes through Buckets.
std::optional<S3Uri> ParseS3Uri(std::string_view text);

/// S3's rules for the names of general purpose buckets: 3 to 63 of [a-z0-9.-], letter or digit
/// first and last, no "..", no IPv4 address, none of the reserved prefixes and suffixes.
bool IsBucketName(std::string_view name);

/// Whether the key can be a relative path: 1 to 1024 bytes, no segment that is empty, ".", ".." or
/// longer than 255 bytes, no NUL. S3 itself allows more; folders do not.
bool IsPathKey(std::string_view key);

/// A file descriptor that closes itself.
class FileHandle {
 public:
  explicit FileHandle(int fd) : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileHandle& operator=(FileHandle&&) = delete;
  ~FileHandle();
  int get() const { return fd_; }

 private:
  int fd_;
};

/// The folders under DIR/s3. No name of a bucket or key ever leads out of its folder: names are
/// checked, and symbolic links are not followed below DIR/s3.
/// Errors: kNotFound (bucket or key), kAccessDenied.
class Buckets {
 public:
  explicit Buckets(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  /// In order; folders whose name cannot be that of a bucket are left out.
  std::vector<std::string> Names() const;
  bool Has(const std::string& bucket) const;
  std::filesystem::path PathOf(const std::string& bucket) const { return root_ / bucket; }

  /// A regular file, open for reading.
  Result<FileHandle> OpenObject(const std::string& bucket, const std::string& key) const;
  /// Moves `file`, which lies on the same file system, to the key; the folders on the way are made.
  Result<void> Put(const std::filesystem::path& file, const std::string& bucket,
                   const std::string& key) const;
  /// "no such bucket: NAME (create it: mkdir -p DIR/s3/NAME)"
  Error NoSuchBucket(const std::string& bucket) const;

 private:
  Result<FileHandle> OpenBucket(const std::string& bucket) const;
  /// The folder that holds the key's last segment.
  Result<FileHandle> OpenParent(const std::string& bucket, const std::string& key,
                                bool create) const;

  std::filesystem::path root_;
};

}  // namespace ecm::local
