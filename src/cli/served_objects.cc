#include "cli/served_objects.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ecm::cli {

Result<std::uint64_t> ServedObjects::SizeOf(const std::string& bucket, const std::string& key) {
  ECM_TRY(const local::FileHandle file, buckets_.OpenObject(bucket, key));
  struct stat status{};
  if (fstat(file.get(), &status) != 0) {
    return Fail(ErrorKind::kInternal, "cannot read the object: " + std::string(strerror(errno)));
  }
  return static_cast<std::uint64_t>(status.st_size);
}

Result<std::string> ServedObjects::Read(const std::string& bucket, const std::string& key,
                                        std::uint64_t offset, std::size_t size) {
  ECM_TRY(const local::FileHandle file, buckets_.OpenObject(bucket, key));
  std::string bytes(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count =
        pread(file.get(), bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return Fail(ErrorKind::kInternal, "cannot read the object: " + std::string(strerror(errno)));
    }
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return bytes;
}

Result<std::vector<std::string>> ServedObjects::ListKeys(const std::string& bucket,
                                                         const std::string& prefix,
                                                         std::size_t max_keys) {
  return store_.ListKeys(Region(), bucket, prefix, max_keys);
}

}  // namespace ecm::cli
