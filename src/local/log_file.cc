#include "local/log_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "local/buckets.h"

namespace ecm::local {

namespace fs = std::filesystem;

bool IsLogFile(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(fs::symlink_status(file, error));
}

void AppendToLog(const fs::path& file, std::string_view text) {
  const FileHandle log(open(
      file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
  if (log.get() < 0 || !IsLogFile(file)) return;
  while (!text.empty()) {
    const ssize_t written = write(log.get(), text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace ecm::local
