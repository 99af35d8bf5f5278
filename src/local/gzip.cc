#include "local/gzip.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

namespace ecm::local {
namespace {

constexpr std::size_t kBlock = std::size_t{64} * 1024;

}  // namespace

Result<void> GzipFile(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::ifstream in(from, std::ios::binary);
  if (!in) return Fail(ErrorKind::kInternal, "cannot read " + from.string());
  // "e": close on exec.
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> out(gzopen(to.c_str(), "wbe6"), gzclose);
  const auto cannot_write = [&to] {
    return Fail(ErrorKind::kInternal, "cannot write " + to.string() + ": " + std::strerror(errno));
  };
  if (out == nullptr) return cannot_write();
  std::array<char, kBlock> block;
  while (in.read(block.data(), block.size()), in.gcount() > 0) {
    const auto bytes = static_cast<unsigned>(in.gcount());
    if (gzwrite(out.get(), block.data(), bytes) != static_cast<int>(bytes)) return cannot_write();
  }
  if (gzflush(out.get(), Z_FINISH) != Z_OK) return cannot_write();
  return {};
}

}  // namespace ecm::local
