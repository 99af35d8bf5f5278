#include "cli/account/pending_start.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "base/json.h"

namespace ecm::cli {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> CannotKeep(const fs::path& file, const char* why) {
  return Fail(ErrorKind::kInternal,
              "cannot keep the name of the execution in " + file.string() + " (" + why +
                  "), so a retry could start the job twice; give another folder with --state-dir");
}

/// The locked file, or nothing where its holder has removed it meanwhile.
Result<std::optional<int>> TryHold(const fs::path& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return CannotKeep(file, std::strerror(errno));
  int locked = 0;
  do {
    locked = flock(descriptor, LOCK_EX);
  } while (locked != 0 && errno == EINTR);
  struct stat status{};
  if (locked == 0 && fstat(descriptor, &status) == 0 && status.st_nlink > 0) return descriptor;
  const int error = errno;
  close(descriptor);
  if (locked != 0) return CannotKeep(file, std::strerror(error));
  return std::nullopt;
}

/// What does not read as a whole was never followed by a call: the call comes after the sync.
std::string ReadName(int descriptor) {
  std::array<char, 1024> buffer{};
  const ssize_t count = pread(descriptor, buffer.data(), buffer.size(), 0);
  if (count <= 0) return {};
  const auto json = ParseJson(std::string_view(buffer.data(), static_cast<std::size_t>(count)));
  return json ? StringOr(*json, "name") : std::string();
}

bool SyncFolder(const fs::path& folder) {
  const int descriptor = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = fsync(descriptor) == 0;
  close(descriptor);
  return synced;
}

}  // namespace

Result<PendingStart> PendingStart::Open(const fs::path& folder, const std::string& key) {
  const fs::path file = folder / (key + ".json");
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return CannotKeep(file, error.message().c_str());
  for (;;) {
    ECM_TRY(const std::optional<int> descriptor, TryHold(file));
    if (descriptor) return PendingStart(file, *descriptor, ReadName(*descriptor));
  }
}

PendingStart::PendingStart(PendingStart&& other) noexcept
    : file_(std::move(other.file_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      name_(std::move(other.name_)) {}

PendingStart::~PendingStart() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<void> PendingStart::Store(const std::string& name) {
  const std::string text = ToText(JsonObject{{"v", 1}, {"name", name}}) + "\n";
  const bool kept =
      ftruncate(descriptor_, 0) == 0 &&
      pwrite(descriptor_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()) &&
      fsync(descriptor_) == 0 && SyncFolder(file_.parent_path());
  if (!kept) return CannotKeep(file_, std::strerror(errno));
  name_ = name;
  return {};
}

Result<void> PendingStart::Settle() {
  name_.clear();
  if (unlink(file_.c_str()) == 0 || errno == ENOENT) return {};
  return Fail(ErrorKind::kInternal, "cannot remove " + file_.string() + " (" +
                                        std::strerror(errno) +
                                        "): remove it, or the next start of this job finds the "
                                        "execution of this one");
}

}  // namespace ecm::cli
