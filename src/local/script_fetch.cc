#include "local/script_fetch.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/text.h"

namespace ecm::local {
namespace {

constexpr std::string_view kFileScheme = "file://";

Error ReadError(const std::string& path, int error) {
  if (error == ENOENT || error == ENOTDIR) {
    return {ErrorKind::kNotFound,
            "there is no such file on this machine (a local cluster has only what this machine "
            "and its buckets have)",
            {}};
  }
  if (error == EACCES || error == EPERM) {
    return {ErrorKind::kAccessDenied, "no permission to read it", {}};
  }
  return {ErrorKind::kInternal, ToOneLine(path) + ": " + std::strerror(error), {}};
}

Result<FileHandle> OpenLocal(const std::string& path) {
  if (path.find('\0') != std::string::npos) return Fail(ReadError(path, ENOENT));
  // O_NONBLOCK: a FIFO must not make us wait.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return Fail(ReadError(path, errno));
  FileHandle file(fd);
  struct stat info{};
  if (fstat(fd, &info) != 0) return Fail(ReadError(path, errno));
  if (!S_ISREG(info.st_mode)) return Fail(ErrorKind::kNotFound, "it is not a regular file");
  return file;
}

Result<FileHandle> OpenSource(const std::string& source, const Buckets& buckets) {
  if (const auto uri = ParseS3Uri(source)) return buckets.OpenObject(uri->bucket, uri->key);
  if (source.starts_with(kFileScheme) && source.substr(kFileScheme.size()).starts_with('/')) {
    return OpenLocal(source.substr(kFileScheme.size()));
  }
  if (source.starts_with('/')) return OpenLocal(source);
  return Fail(ErrorKind::kInvalidJob,
              "a local cluster finds files only as s3://BUCKET/KEY or as an absolute path");
}

Result<void> Copy(const FileHandle& from, const FileToFetch& file) {
  unlink(file.target.c_str());
  const FileHandle to(open(file.target.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           file.executable ? 0700 : 0600));
  const auto fail = [&file](int error) {
    return Fail(ErrorKind::kInternal,
                "cannot write " + file.target.string() + ": " + std::strerror(error));
  };
  if (to.get() < 0) return fail(errno);
  constexpr std::size_t kAtOnce = std::size_t{1} << 24;
  while (true) {
    const ssize_t sent = sendfile(to.get(), from.get(), nullptr, kAtOnce);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return fail(errno);
    if (sent == 0) return {};
  }
}

}  // namespace

Result<void> FetchFile(const FileToFetch& file, const Buckets& buckets) {
  const std::string context =
      "the " + file.what + " " + ToOneLine(file.source) + " cannot be fetched";
  const auto source = OpenSource(file.source, buckets);
  if (!source) return Fail(AddContext(source.error(), context));
  if (auto copied = Copy(*source, file); !copied) return Fail(AddContext(copied.error(), context));
  return {};
}

}  // namespace ecm::local
