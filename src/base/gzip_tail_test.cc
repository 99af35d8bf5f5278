#include "base/gzip_tail.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

namespace ecm {
namespace {

std::string Gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// Gives `bytes` in pieces of at most `piece` bytes.
ReadBytes From(std::string bytes, std::size_t piece = 1000) {
  return [bytes = std::move(bytes), piece, at = std::size_t{0}](char* buffer,
                                                                std::size_t size) mutable -> long {
    const std::size_t count = std::min({size, piece, bytes.size() - at});
    std::copy_n(bytes.data() + at, count, buffer);
    at += count;
    return static_cast<long>(count);
  };
}

std::string Lines(int count) {
  std::string text;
  for (int line = 0; line < count; ++line) text += "line " + std::to_string(line) + "\n";
  return text;
}

TEST(GzipTailTest, GivesTheEndOfAStream) {
  const std::string text = Lines(50'000);
  EXPECT_EQ(TailOf(From(text), 100), text.substr(text.size() - 100));
  EXPECT_EQ(TailOf(From("short"), 100), "short");
  EXPECT_EQ(TailOf(From(""), 100), "");
  EXPECT_EQ(TailOf(From("abc"), 0), "");
}

TEST(GzipTailTest, GivesTheEndOfWhatWasCompressed) {
  const std::string text = Lines(50'000);
  EXPECT_EQ(TailOfGzip(From(Gzip(text), 7), 100), text.substr(text.size() - 100));
  EXPECT_EQ(TailOfGzip(From(Gzip("one ") + Gzip("two")), 100), "one two");
  EXPECT_EQ(TailOfGzip(From(Gzip("")), 100), "");
  EXPECT_EQ(TailOfGzip(From(""), 100), "");
}

TEST(GzipTailTest, GivesWhatThereIsOfAStreamThatIsCutOff) {
  const std::string text = Lines(50'000);
  const std::string packed = Gzip(text);
  const auto tail = TailOfGzip(From(packed.substr(0, packed.size() / 2)), 1'000'000);
  ASSERT_TRUE(tail.has_value());
  EXPECT_FALSE(tail->empty());
  EXPECT_TRUE(text.starts_with(*tail));
}

TEST(GzipTailTest, RefusesWhatIsNotGzip) {
  EXPECT_FALSE(TailOfGzip(From("plain text, no gzip"), 100).has_value());
  std::string damaged = Gzip(Lines(1000));
  damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
  EXPECT_FALSE(TailOfGzip(From(damaged), 100).has_value());
}

TEST(GzipTailTest, SaysThatItCouldNotRead) {
  const ReadBytes broken = [](char*, std::size_t) -> long { return -1; };
  EXPECT_FALSE(TailOf(broken, 100).has_value());
  EXPECT_FALSE(TailOfGzip(broken, 100).has_value());
}

}  // namespace
}  // namespace ecm
