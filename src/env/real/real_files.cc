#include "env/real/real_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/text.h"

namespace ecm {
namespace {

constexpr std::size_t kMostBytes = 1'048'576;

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Error CannotRead(const std::string& path, int error) {
  ErrorKind kind = ErrorKind::kInternal;
  if (error == ENOENT || error == ENOTDIR) kind = ErrorKind::kNotFound;
  if (error == EACCES || error == EPERM) kind = ErrorKind::kAccessDenied;
  return {kind,
          "cannot read the file " + ToOneLine(path) + ": " + std::generic_category().message(error),
          ""};
}

}  // namespace

Result<std::string> RealFiles::Read(const std::string& path) const {
  if (path.contains('\0')) {
    return Fail(ErrorKind::kInvalidJob,
                "no file has the name " + ToOneLine(path) + ": there is a zero byte in it");
  }
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.number() < 0) return Fail(CannotRead(path, errno));
  struct stat facts{};
  if (fstat(file.number(), &facts) != 0) return Fail(CannotRead(path, errno));
  if (!S_ISREG(facts.st_mode)) {
    return Fail(ErrorKind::kInvalidJob,
                "cannot read " + ToOneLine(path) + ": it is not a regular file");
  }
  // The size is not asked: the file may grow, and those of /proc have none.
  std::string text;
  while (text.size() <= kMostBytes) {
    char bytes[16 * 1024];
    const ssize_t got = read(file.number(), bytes, sizeof(bytes));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Fail(CannotRead(path, errno));
    if (got == 0) return text;
    text.append(bytes, static_cast<std::size_t>(got));
  }
  return Fail(ErrorKind::kInvalidJob,
              "cannot read " + ToOneLine(path) + ": it is larger than 1 MiB");
}

}  // namespace ecm
