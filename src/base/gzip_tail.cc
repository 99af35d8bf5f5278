#include "base/gzip_tail.h"

#include <zlib.h>

#include <array>

namespace ecm {
namespace {

constexpr std::size_t kBlock = std::size_t{64} * 1024;
constexpr int kGzipWindow = 15 + 16;  // zlib: the largest window, with gzip's header

/// Keeps the last bytes of a stream, at most twice as many in memory.
class Tail {
 public:
  explicit Tail(std::size_t max_bytes) : max_bytes_(max_bytes) {}
  void Add(std::string_view text) {
    if (text.size() > max_bytes_) text.remove_prefix(text.size() - max_bytes_);
    text_ += text;
    if (text_.size() > 2 * max_bytes_) text_.erase(0, text_.size() - max_bytes_);
  }
  std::string Take() {
    if (text_.size() > max_bytes_) text_.erase(0, text_.size() - max_bytes_);
    return std::move(text_);
  }

 private:
  std::size_t max_bytes_;
  std::string text_;
};

Error CannotRead() { return {ErrorKind::kInternal, "cannot read the file", {}}; }

class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, kGzipWindow) == Z_OK; }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// False for bytes that are not gzip.
  bool Feed(std::string_view bytes, Tail& tail) {
    if (!ready_) return false;
    std::array<char, kBlock> out;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    while (stream_.avail_in > 0) {
      stream_.next_out = reinterpret_cast<Bytef*>(out.data());
      stream_.avail_out = static_cast<uInt>(out.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      tail.Add({out.data(), out.size() - stream_.avail_out});
      if (result == Z_STREAM_END) {
        if (inflateReset(&stream_) != Z_OK) return false;
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        return false;
      }
    }
    return true;
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

Result<std::string> TailOf(const ReadBytes& read, std::size_t max_bytes) {
  Tail tail(max_bytes);
  std::array<char, kBlock> block;
  while (true) {
    const long got = read(block.data(), block.size());
    if (got < 0) return Fail(CannotRead());
    if (got == 0) return tail.Take();
    tail.Add({block.data(), static_cast<std::size_t>(got)});
  }
}

Result<std::string> TailOfGzip(const ReadBytes& read, std::size_t max_bytes) {
  Tail tail(max_bytes);
  Inflater inflater;
  std::array<char, kBlock> block;
  while (true) {
    const long got = read(block.data(), block.size());
    if (got < 0) return Fail(CannotRead());
    if (got == 0) return tail.Take();
    if (!inflater.Feed({block.data(), static_cast<std::size_t>(got)}, tail)) {
      return Fail(ErrorKind::kInternal, "the file is not gzip, or it is damaged");
    }
  }
}

}  // namespace ecm
