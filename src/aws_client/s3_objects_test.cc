#include "aws_client/s3_objects.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "aws_client/testing/scripted_http.h"

namespace ecm::aws_client {
namespace {

constexpr std::size_t kPiece = S3Objects::kPieceBytes;

class S3ObjectsTest : public testing::Test {
 protected:
  Result<std::string> ReadTail(const std::string& key, std::size_t max_bytes) {
    return objects_.ReadTail(ClientWorld::Here(), "logs", key, max_bytes);
  }
  Result<std::vector<std::string>> ListKeys(std::size_t max_keys) {
    return objects_.ListKeys(ClientWorld::Here(), "logs", "emr/j 1/", max_keys);
  }
  void ThenRefuse(unsigned status, const std::string& code) {
    world_.http.Then(status, "<Error><Code>" + code + "</Code><Message>no</Message></Error>");
  }
  std::string Range(std::size_t request) {
    return HeaderOf(world_.http.requests.at(request), "range");
  }

  ClientWorld world_;
  S3Objects objects_{world_.client};
};

std::string Gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 0, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
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

/// A gzip of exactly one piece's size.
std::string PieceThatEndsIn(const std::string& end) {
  const std::size_t about = kPiece - 4096;
  const std::size_t overhead = Gzip(std::string(about, 'x')).size() - about;
  const std::string piece = Gzip(std::string(kPiece - overhead - end.size(), 'x') + end);
  EXPECT_EQ(piece.size(), kPiece);
  return piece;
}

TEST_F(S3ObjectsTest, AsksForTheLastBytesOnly) {
  world_.http.Then(206, "last bytes");
  EXPECT_EQ(ReadTail("a/stderr", 10).value(), "last bytes");
  EXPECT_EQ(Range(0), "bytes=-10");
  world_.http.Then(200, "a server that does not know ranges");
  EXPECT_EQ(ReadTail("a/stderr", 6).value(), "ranges");
}

TEST_F(S3ObjectsTest, GivesNothingOfAnEmptyObject) {
  ThenRefuse(416, "InvalidRange");
  EXPECT_EQ(ReadTail("a/stderr", 10).value(), "");
  ThenRefuse(416, "InvalidRange");
  EXPECT_EQ(ReadTail("a/stderr.gz", 10).value(), "");
  EXPECT_EQ(ReadTail("a/stderr", 0).value(), "");
  EXPECT_TRUE(world_.http.HasEnded());
}

TEST_F(S3ObjectsTest, UnpacksWhatIsGzip) {
  world_.http.Then(206, Gzip("first line\nlast line\n"), {{"etag", "\"1\""}});
  EXPECT_EQ(ReadTail("a/stderr.gz", 10).value(), "last line\n");
  EXPECT_EQ(Range(0), "bytes=0-1048575");
  world_.http.Then(206, "no gzip");
  const auto broken = ReadTail("a/stderr.gz", 10);
  EXPECT_EQ(broken.error().message,
            "s3://logs/a/stderr.gz: the file is not gzip, or it is damaged");
}

TEST_F(S3ObjectsTest, ReadsALargeGzipInPiecesOfOneVersion) {
  std::string text(2 * kPiece, 'x');
  text += "the end";
  const std::string packed = Gzip(text);
  world_.http.Then(206, packed.substr(0, kPiece), {{"etag", "\"1\""}});
  world_.http.Then(206, packed.substr(kPiece, kPiece), {{"etag", "\"1\""}});
  world_.http.Then(206, packed.substr(2 * kPiece), {{"etag", "\"1\""}});
  EXPECT_EQ(ReadTail("a.gz", 7).value(), "the end");
  ASSERT_EQ(world_.http.requests.size(), 3U);
  EXPECT_EQ(Range(1), "bytes=1048576-2097151");
  EXPECT_EQ(HeaderOf(world_.http.requests[0], "if-match"), "");
  EXPECT_EQ(HeaderOf(world_.http.requests[2], "if-match"), "\"1\"");
}

TEST_F(S3ObjectsTest, EndsAtAPieceThatIsExactlyFull) {
  world_.http.Then(206, PieceThatEndsIn("the end"), {{"etag", "\"1\""}});
  ThenRefuse(416, "InvalidRange");
  EXPECT_EQ(ReadTail("a.gz", 7).value(), "the end");
  EXPECT_TRUE(world_.http.HasEnded());
}

TEST_F(S3ObjectsTest, NoticesThatTheObjectWasReplaced) {
  const std::string packed = Gzip(std::string(kPiece, 'x'));
  world_.http.Then(206, packed.substr(0, kPiece), {{"etag", "\"1\""}});
  ThenRefuse(412, "PreconditionFailed");
  const auto tail = ReadTail("a.gz", 7);
  EXPECT_EQ(tail.error().kind, ErrorKind::kUnavailable);
  EXPECT_EQ(tail.error().message, "s3://logs/a.gz was replaced while it was read");
}

TEST_F(S3ObjectsTest, RefusesAnObjectWithoutAnEnd) {
  const std::string piece = PieceThatEndsIn("");
  const std::size_t pieces = S3Objects::kMaxPackedBytes / kPiece;
  for (std::size_t read = 0; read < pieces; ++read) world_.http.Then(206, piece);
  const auto tail = ReadTail("a.gz", 7);
  EXPECT_EQ(tail.error().kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(tail.error().message,
            "s3://logs/a.gz is larger than 256 MiB: read it with another tool");
  EXPECT_EQ(world_.http.requests.size(), pieces);
}

TEST_F(S3ObjectsTest, HandsOnWhatS3Refuses) {
  ThenRefuse(404, "NoSuchKey");
  EXPECT_EQ(ReadTail("a", 10).error().kind, ErrorKind::kNotFound);
  ThenRefuse(403, "AccessDenied");
  EXPECT_EQ(ReadTail("a.gz", 10).error().kind, ErrorKind::kAccessDenied);
  ThenRefuse(404, "NoSuchBucket");
  EXPECT_EQ(ListKeys(10).error().kind, ErrorKind::kNotFound);
}

TEST_F(S3ObjectsTest, ListsPageAfterPage) {
  world_.http.Then(200,
                   "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>a+/="
                   "</NextContinuationToken><Contents><Key>emr/j 1/a&amp;b</Key><Size>1</Size>"
                   "</Contents><Contents><Key>emr/j 1/c</Key></Contents></ListBucketResult>");
  world_.http.Then(200,
                   "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>emr/j 1/d"
                   "</Key></Contents></ListBucketResult>");
  EXPECT_EQ(ListKeys(2500).value(),
            (std::vector<std::string>{"emr/j 1/a&b", "emr/j 1/c", "emr/j 1/d"}));
  EXPECT_EQ(world_.http.requests[0].target, "/?list-type=2&max-keys=1000&prefix=emr%2Fj%201%2F");
  EXPECT_EQ(world_.http.requests[1].target,
            "/?list-type=2&max-keys=1000&prefix=emr%2Fj%201%2F&continuation-token=a%2B%2F%3D");
}

TEST_F(S3ObjectsTest, ListsNoMoreThanAsked) {
  world_.http.Then(200,
                   "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t"
                   "</NextContinuationToken><Contents><Key>a</Key></Contents><Contents><Key>b"
                   "</Key></Contents></ListBucketResult>");
  EXPECT_EQ(ListKeys(1).value(), std::vector<std::string>{"a"});
  EXPECT_TRUE(world_.http.requests[0].target.contains("max-keys=1&"));
  EXPECT_EQ(world_.http.requests.size(), 1U);
  EXPECT_TRUE(ListKeys(0).value().empty());
}

TEST_F(S3ObjectsTest, EndsAListThatDoesNotGoOn) {
  for (int page = 0; page < 3; ++page) {
    world_.http.Then(200,
                     "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t"
                     "</NextContinuationToken></ListBucketResult>");
  }
  EXPECT_TRUE(ListKeys(10)->empty());
  EXPECT_EQ(world_.http.requests.size(), 2U);
}

TEST_F(S3ObjectsTest, RefusesAnAnswerThatIsNoList) {
  for (const char* body : {"", "{}", "<html></html>", "<ListBucketResult>"}) {
    world_.http.Then(200, body);
    EXPECT_EQ(ListKeys(10).error().kind, ErrorKind::kUnknownOutcome) << body;
  }
}

}  // namespace
}  // namespace ecm::aws_client
