#include "local_stack/state_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace ecm::local_stack {

namespace fs = std::filesystem;

Result<StateFolder> StateFolder::Open(const fs::path& path) {
  if (path.empty()) {
    return Fail(
        ErrorKind::kInvalidJob,
        "the state folder has no name: --state-dir is empty; name a folder such as .emrctl, "
        "or leave the option out");
  }
  std::error_code error;
  fs::create_directories(path / "s3", error);
  const fs::path whole = error ? fs::path() : fs::canonical(path, error);
  if (error) {
    return Fail(ErrorKind::kInternal, "cannot make the state folder " + path.string() + " (" +
                                          error.message() + "); give another with --state-dir");
  }
  const fs::path file = whole / "lock";
  const int lock = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock < 0) {
    return Fail(ErrorKind::kInternal, "cannot write in the state folder " + whole.string() + " (" +
                                          std::strerror(errno) +
                                          "); give another with --state-dir");
  }
  if (flock(lock, LOCK_EX | LOCK_NB) != 0) {
    close(lock);
    return Fail(ErrorKind::kConflict,
                "another emrctl is using the state folder " + whole.string() +
                    ": wait until it has ended, or give this one another with --state-dir");
  }
  return StateFolder(whole, lock);
}

StateFolder::StateFolder(StateFolder&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

fs::path StateFolder::Touch() const {
  futimens(lock_, nullptr);
  return path_ / "lock";
}

StateFolder::~StateFolder() {
  if (lock_ >= 0) close(lock_);
}

}  // namespace ecm::local_stack
