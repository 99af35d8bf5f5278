#include "cli/job_file.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace ecm::cli {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;

Result<std::string> ReadAll(std::FILE* stream, const std::string& path) {
  std::string text;
  std::array<char, 16384> buffer{};
  while (std::feof(stream) == 0 && std::ferror(stream) == 0) {
    text.append(buffer.data(), std::fread(buffer.data(), 1, buffer.size(), stream));
    if (text.size() > kMaxBytes) {
      return Fail(ErrorKind::kInvalidJob,
                  path +
                      " is larger than 256 KiB, the most that a state machine takes: put large "
                      "inputs in S3 and name them in an argument");
    }
  }
  if (std::ferror(stream) != 0) {
    return Fail(ErrorKind::kInvalidJob, "cannot read " + path + ": " + std::strerror(errno));
  }
  return text;
}

}  // namespace

Result<std::string> ReadJobFile(const std::string& path) {
  if (path == "-") return ReadAll(stdin, "standard input");
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "rbe"), close);
  if (!file)
    return Fail(ErrorKind::kInvalidJob, "cannot open " + path + ": " + std::strerror(errno));
  return ReadAll(file.get(), path);
}

}  // namespace ecm::cli
