#include "local/folder_object_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "base/gzip_tail.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

/// The children of a folder as parts of keys, in the order of S3: a folder counts as "name/".
std::vector<std::pair<std::string, bool>> Children(const fs::path& folder) {
  std::vector<std::pair<std::string, bool>> children;
  std::error_code error;
  fs::directory_iterator entry(folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    std::error_code unreadable;
    const fs::file_status status = entry->symlink_status(unreadable);
    const std::string name = entry->path().filename().string();
    if (fs::is_directory(status)) children.emplace_back(name + "/", true);
    if (fs::is_regular_file(status)) children.emplace_back(name, false);
  }
  std::ranges::sort(children);
  return children;
}

/// Whether keys that begin with `path` can begin with `prefix`.
bool MayMatch(std::string_view path, std::string_view prefix) {
  const std::size_t common = std::min(path.size(), prefix.size());
  return path.substr(0, common) == prefix.substr(0, common);
}

void Collect(const fs::path& bucket, const std::string& parent, const std::string& prefix,
             std::size_t max_keys, std::vector<std::string>& keys) {
  for (const auto& [name, is_folder] : Children(bucket / parent)) {
    if (keys.size() >= max_keys) return;
    const std::string path = parent + name;
    if (!MayMatch(path, prefix)) continue;
    if (is_folder) {
      Collect(bucket, path, prefix, max_keys, keys);
    } else if (path.starts_with(prefix)) {
      keys.push_back(path);
    }
  }
}

}  // namespace

Result<std::string> FolderObjectStore::ReadTail(const Region& /*region*/, const std::string& bucket,
                                                const std::string& key, std::size_t max_bytes) {
  ECM_TRY(const FileHandle file, buckets_.OpenObject(bucket, key));
  struct stat info{};
  if (fstat(file.get(), &info) != 0) info.st_size = 0;
  // A log may grow faster than it is read: it ends where it ended when it was opened.
  off_t left = info.st_size;
  const bool packed = key.ends_with(".gz");
  if (!packed && left > static_cast<off_t>(max_bytes)) {
    if (lseek(file.get(), left - static_cast<off_t>(max_bytes), SEEK_SET) > 0) {
      left = static_cast<off_t>(max_bytes);
    }
  }
  const ReadBytes read = [&file, &left](char* buffer, std::size_t size) -> long {
    ssize_t got = 0;
    do {
      got = ::read(file.get(), buffer, std::min(size, static_cast<std::size_t>(left)));
    } while (got < 0 && errno == EINTR);
    if (got > 0) left -= got;
    return got;
  };
  auto tail = packed ? TailOfGzip(read, max_bytes) : TailOf(read, max_bytes);
  if (!tail) return Fail(AddContext(tail.error(), "s3://" + bucket + "/" + key));
  return tail;
}

Result<std::vector<std::string>> FolderObjectStore::ListKeys(const Region& /*region*/,
                                                             const std::string& bucket,
                                                             const std::string& prefix,
                                                             std::size_t max_keys) {
  if (!buckets_.Has(bucket)) return Fail(buckets_.NoSuchBucket(bucket));
  std::vector<std::string> keys;
  Collect(buckets_.PathOf(bucket), "", prefix, max_keys, keys);
  return keys;
}

}  // namespace ecm::local
