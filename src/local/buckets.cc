#include "local/buckets.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/text.h"

namespace ecm::local {
namespace {

constexpr std::size_t kMaxKeyBytes = 1024;
constexpr std::size_t kMaxSegmentBytes = 255;

bool IsLowerAlnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool LooksLikeIpv4(std::string_view name) {
  const bool digits_and_dots =
      std::ranges::all_of(name, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return digits_and_dots && std::ranges::count(name, '.') == 3;
}

std::vector<std::string> Segments(std::string_view key) {
  std::vector<std::string> segments;
  while (true) {
    const std::size_t slash = key.find('/');
    segments.emplace_back(key.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    key.remove_prefix(slash + 1);
  }
}

Error FileError(const std::string& bucket, const std::string& key, int error) {
  const std::string uri = "s3://" + ToOneLine(bucket) + "/" + ToOneLine(key);
  if (error == ENOENT || error == ENOTDIR) return {ErrorKind::kNotFound, "no such key: " + uri, {}};
  if (error == ELOOP) {
    return {ErrorKind::kAccessDenied,
            uri + " is a symbolic link, or lies behind one: those are not followed",
            {}};
  }
  if (error == EACCES || error == EPERM) {
    return {ErrorKind::kAccessDenied, "no permission for " + uri, {}};
  }
  return {ErrorKind::kInternal, uri + ": " + std::strerror(error), {}};
}

/// With O_NOFOLLOW | O_DIRECTORY a link is ENOTDIR, which would read as "no such key".
int OpenErrno(int folder, const std::string& name) {
  const int error = errno;
  struct stat info{};
  if (error == ENOTDIR && fstatat(folder, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISLNK(info.st_mode)) {
    return ELOOP;
  }
  return error;
}

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

}  // namespace

std::optional<S3Uri> ParseS3Uri(std::string_view text) {
  for (const std::string_view scheme : {"s3://", "s3a://", "s3n://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    const std::size_t slash = text.find('/');
    S3Uri uri{std::string(text.substr(0, slash)), {}};
    if (slash != std::string_view::npos) uri.key = text.substr(slash + 1);
    if (uri.bucket.empty()) return std::nullopt;
    return uri;
  }
  return std::nullopt;
}

bool IsBucketName(std::string_view name) {
  if (name.size() < 3 || name.size() > 63) return false;
  if (!IsLowerAlnum(name.front()) || !IsLowerAlnum(name.back())) return false;
  const bool characters =
      std::ranges::all_of(name, [](char c) { return IsLowerAlnum(c) || c == '.' || c == '-'; });
  if (!characters || name.find("..") != std::string_view::npos || LooksLikeIpv4(name)) return false;
  for (const std::string_view prefix : {"xn--", "sthree-", "amzn-s3-demo-"}) {
    if (name.starts_with(prefix)) return false;
  }
  for (const std::string_view suffix : {"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}) {
    if (name.ends_with(suffix)) return false;
  }
  return true;
}

bool IsPathKey(std::string_view key) {
  if (key.empty() || key.size() > kMaxKeyBytes) return false;
  if (key.find('\0') != std::string_view::npos) return false;
  return std::ranges::all_of(Segments(key), [](const std::string& segment) {
    return !segment.empty() && segment != "." && segment != ".." &&
           segment.size() <= kMaxSegmentBytes;
  });
}

FileHandle::~FileHandle() {
  if (fd_ >= 0) close(fd_);
}

Error Buckets::NoSuchBucket(const std::string& bucket) const {
  if (!IsBucketName(bucket)) {
    return {ErrorKind::kNotFound,
            "no such bucket: " + ToOneLine(bucket) + " (S3 does not allow that name)",
            "NoSuchBucket"};
  }
  return {
      ErrorKind::kNotFound,
      "no such bucket: " + bucket + " (create it: mkdir -p '" + (root_ / bucket).string() + "')",
      "NoSuchBucket"};
}

std::vector<std::string> Buckets::Names() const {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator entry(root_, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string name = entry->path().filename().string();
    if (Has(name)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

bool Buckets::Has(const std::string& bucket) const {
  if (!IsBucketName(bucket)) return false;
  std::error_code error;
  const auto status = std::filesystem::symlink_status(root_ / bucket, error);
  return !error && std::filesystem::is_directory(status);
}

Result<FileHandle> Buckets::OpenBucket(const std::string& bucket) const {
  if (!Has(bucket)) return Fail(NoSuchBucket(bucket));
  const int fd = open((root_ / bucket).c_str(), kFolderFlags);
  if (fd < 0) return Fail(FileError(bucket, "", errno));
  return FileHandle(fd);
}

Result<FileHandle> Buckets::OpenParent(const std::string& bucket, const std::string& key,
                                       bool create) const {
  ECM_TRY(FileHandle folder, OpenBucket(bucket));
  if (!IsPathKey(key)) {
    return Fail(ErrorKind::kNotFound, "no such key: s3://" + bucket + "/" + ToOneLine(key) +
                                          " (a local bucket cannot hold a key of that form)");
  }
  int fd = fcntl(folder.get(), F_DUPFD_CLOEXEC, 0);
  std::vector<std::string> segments = Segments(key);
  segments.pop_back();
  for (const std::string& segment : segments) {
    const FileHandle parent(fd);
    if (create && mkdirat(parent.get(), segment.c_str(), 0755) != 0 && errno != EEXIST) {
      return Fail(FileError(bucket, key, errno));
    }
    fd = openat(parent.get(), segment.c_str(), kFolderFlags);
    if (fd < 0) return Fail(FileError(bucket, key, OpenErrno(parent.get(), segment)));
  }
  return FileHandle(fd);
}

Result<FileHandle> Buckets::OpenObject(const std::string& bucket, const std::string& key) const {
  ECM_TRY(const FileHandle parent, OpenParent(bucket, key, /*create=*/false));
  const std::string name = key.substr(key.rfind('/') + 1);
  // O_NONBLOCK: a FIFO in a bucket must not make us wait.
  const int fd = openat(parent.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return Fail(FileError(bucket, key, errno));
  FileHandle file(fd);
  struct stat info{};
  if (fstat(fd, &info) != 0) return Fail(FileError(bucket, key, errno));
  if (!S_ISREG(info.st_mode)) return Fail(FileError(bucket, key, ENOENT));
  return file;
}

Result<void> Buckets::Put(const std::filesystem::path& file, const std::string& bucket,
                          const std::string& key) const {
  ECM_TRY(const FileHandle parent, OpenParent(bucket, key, /*create=*/true));
  const std::string name = key.substr(key.rfind('/') + 1);
  if (renameat(AT_FDCWD, file.c_str(), parent.get(), name.c_str()) != 0) {
    return Fail(FileError(bucket, key, errno));
  }
  return {};
}

}  // namespace ecm::local
