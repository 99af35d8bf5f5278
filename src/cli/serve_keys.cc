#include "cli/serve_keys.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/json.h"
#include "base/text.h"

namespace ecm::cli {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;

std::unexpected<Error> Refuse(const std::string& path, const std::string& what) {
  return Fail(ErrorKind::kInvalidJob, "the keys in " + ToOneLine(path) + " " + what);
}

/// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

Result<std::string> ReadPrivate(const std::string& path) {
  // O_NONBLOCK: a FIFO must not make us wait. The open file is looked at, not its name.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info{};
  if (file.get() < 0 || fstat(file.get(), &info) != 0) {
    return Refuse(path, std::string("cannot be read: ") + std::strerror(errno));
  }
  if (!S_ISREG(info.st_mode)) return Refuse(path, "cannot be read: it is no ordinary file");
  if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return Refuse(path, "are open to other users: chmod 600 " + ToOneLine(path));
  }
  std::string text(kMaxBytes + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const ssize_t got = read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Refuse(path, std::string("cannot be read: ") + std::strerror(errno));
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > kMaxBytes) return Refuse(path, "are too many: a file of 64 KiB at most is taken");
  text.resize(size);
  return text;
}

bool IsKeyId(std::string_view text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return text.size() >= 3 && text.size() <= 128 && std::ranges::all_of(text, fits);
}

/// Nothing for what is not exactly a pair.
std::optional<Credentials> ReadPair(const Json& json) {
  const auto id = FindString(json, "access_key_id");
  const auto secret = FindString(json, "secret_access_key");
  if (!id || !secret || json.as_object().size() != 2) return std::nullopt;
  if (!IsKeyId(*id) || secret->size() < 8 || secret->size() > 1024) return std::nullopt;
  return Credentials{*id, *secret, ""};
}

}  // namespace

Result<std::vector<Credentials>> ReadKeys(const std::string& path) {
  ECM_TRY(const std::string text, ReadPrivate(path));
  // What the parser would say may quote a secret.
  const Result<Json> json = ParseJson(text);
  if (json && json->is_array() && json->as_array().empty()) {
    return Refuse(path,
                  "are none: the list is empty, so that no request could be answered. Add a "
                  "pair such as {\"access_key_id\": \"TEAM\", \"secret_access_key\": \"…\"}");
  }
  if (!json || !json->is_array()) {
    return Refuse(path,
                  "are not a JSON list such as [{\"access_key_id\": \"…\", \"secret_access_key\": "
                  "\"…\"}]");
  }
  std::vector<Credentials> keys;
  for (const Json& entry : json->as_array()) {
    std::optional<Credentials> pair = ReadPair(entry);
    const std::string number = std::to_string(keys.size() + 1);
    if (!pair) {
      return Refuse(path, "are not all pairs: entry " + number +
                              " needs an access_key_id (3 to 128 letters, digits and '_') and a "
                              "secret_access_key (8 characters or more), and nothing else");
    }
    if (std::ranges::find(keys, pair->access_key_id, &Credentials::access_key_id) != keys.end()) {
      return Refuse(path, "name an access_key_id twice: entry " + number);
    }
    keys.push_back(*std::move(pair));
  }
  return keys;
}

}  // namespace ecm::cli
