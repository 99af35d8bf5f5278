#include "local/buckets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "env/testing/temporary_folder.h"
#include "local/folder_object_store.h"
#include "local/gzip.h"

namespace ecm::local {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(IsBucketNameTest, FollowsTheRulesOfS3) {
  for (const char* good : {"abc", "my-bucket", "my.bucket.1", "0ab",
                           "a23456789012345678901234567890"
                           "123456789012345678901234567890123"}) {
    EXPECT_TRUE(IsBucketName(good)) << good;
  }
  for (const std::string bad :
       {"",
        "ab",
        ".",
        "..",
        "...",
        "../x",
        "a/b",
        "Abc",
        "a_b",
        "-ab",
        "ab-",
        ".ab",
        "ab.",
        "a..b",
        "192.168.0.1",
        "xn--abc",
        "abc-s3alias",
        "a b",
        "abé",
        "~abc",
        "a%2e",
        "a234567890123456789012345678901234567890123456789012345678901234"}) {
    EXPECT_FALSE(IsBucketName(bad)) << bad;
  }
  EXPECT_FALSE(IsBucketName(std::string("ab\0c", 4)));
}

TEST(ParseS3UriTest, ReadsTheThreeSchemes) {
  const auto uri = ParseS3Uri("s3a://bucket/a/b.py");
  ASSERT_TRUE(uri.has_value());
  EXPECT_EQ(uri->bucket, "bucket");
  EXPECT_EQ(uri->key, "a/b.py");
  EXPECT_EQ(ParseS3Uri("s3://bucket")->key, "");
  EXPECT_EQ(ParseS3Uri("s3n://bucket/")->key, "");
  for (const char* other :
       {"", "s3://", "s3:///key", "S3://b/k", "hdfs://a/b", "/s3://b", "s3:/b"}) {
    EXPECT_FALSE(ParseS3Uri(other).has_value()) << other;
  }
}

class BucketsTest : public testing::Test {
 protected:
  BucketsTest() {
    folder_.Write("secret", "outside");
    folder_.Write("s3/logs/a/b.txt", "inside");
    folder_.Write("s3/logs/a.txt", "dot");
    folder_.Write("s3/logs/a/c/d.txt", "deep");
    std::filesystem::create_directories(root_ / "other");
  }
  ErrorKind OpenError(const std::string& bucket, const std::string& key) const {
    const auto file = buckets_.OpenObject(bucket, key);
    EXPECT_FALSE(file.has_value()) << bucket << " " << key;
    return file ? ErrorKind::kInternal : file.error().kind;
  }
  TemporaryFolder folder_;
  const std::filesystem::path root_ = folder_.path() / "s3";
  Buckets buckets_{root_};
  FolderObjectStore store_{Buckets(root_)};
  const Region region_{"eu-west-1"};
};

TEST_F(BucketsTest, OnlyFoldersWithBucketNamesAreBuckets) {
  folder_.Write("s3/file", "");
  std::filesystem::create_directories(root_ / "Not_A_Bucket");
  create_directory_symlink(folder_.path(), root_ / "linked");
  EXPECT_THAT(buckets_.Names(), ElementsAre("logs", "other"));
  EXPECT_THAT(Buckets("/no/such/folder").Names(), IsEmpty());
}

TEST_F(BucketsTest, NoKeyLeadsOutOfItsBucket) {
  for (const std::string key :
       {"../../secret", "a/../../../secret", "..", ".", "./a.txt", "a/./b.txt", "/a.txt", "//a.txt",
        "a//b.txt", "", "a/", "../logs/a.txt"}) {
    EXPECT_EQ(OpenError("logs", key), ErrorKind::kNotFound) << key;
  }
  EXPECT_EQ(OpenError("logs", (folder_.path() / "secret").string()), ErrorKind::kNotFound);
  EXPECT_EQ(OpenError("logs", std::string("a.txt\0.gz", 9)), ErrorKind::kNotFound);
  EXPECT_EQ(OpenError("logs", std::string(2000, 'x')), ErrorKind::kNotFound);
}

TEST_F(BucketsTest, NoBucketNameLeadsOutOfTheFolderOfBuckets) {
  for (const std::string bucket : {"..", ".", "", "../s3/logs", "logs/a", "/", "logs/"}) {
    EXPECT_EQ(OpenError(bucket, "secret"), ErrorKind::kNotFound) << bucket;
  }
  EXPECT_EQ(OpenError(std::string("logs\0", 5), "a.txt"), ErrorKind::kNotFound);
}

TEST_F(BucketsTest, SymbolicLinksAreNotFollowed) {
  create_symlink(folder_.path() / "secret", root_ / "logs" / "file-link");
  create_directory_symlink(folder_.path(), root_ / "logs" / "folder-link");
  create_directory_symlink(root_ / "logs", root_ / "linked-bucket");
  EXPECT_EQ(OpenError("logs", "file-link"), ErrorKind::kAccessDenied);
  EXPECT_EQ(OpenError("logs", "folder-link/secret"), ErrorKind::kAccessDenied);
  EXPECT_EQ(OpenError("linked-bucket", "a.txt"), ErrorKind::kNotFound);
  EXPECT_THAT(store_.ListKeys(region_, "logs", "", 100).value(),
              ElementsAre("a.txt", "a/b.txt", "a/c/d.txt"));
}

TEST_F(BucketsTest, PutDoesNotWriteThroughASymbolicLink) {
  create_directory_symlink(folder_.path(), root_ / "logs" / "out");
  const auto file = folder_.Write("new", "new");
  const auto put = buckets_.Put(file, "logs", "out/secret");
  ASSERT_FALSE(put.has_value());
  EXPECT_EQ(put.error().kind, ErrorKind::kAccessDenied);
  EXPECT_EQ(folder_.Read("secret"), "outside");
  EXPECT_FALSE(buckets_.Put(file, "logs", "../escaped").has_value());
  EXPECT_FALSE(exists(root_ / "escaped"));
}

TEST_F(BucketsTest, PutMakesTheFoldersOnTheWay) {
  ASSERT_TRUE(buckets_.Put(folder_.Write("new", "text"), "other", "x/y/z").has_value());
  EXPECT_EQ(folder_.Read("s3/other/x/y/z"), "text");
}

TEST_F(BucketsTest, AFolderOrAFifoIsNoObject) {
  EXPECT_EQ(OpenError("logs", "a"), ErrorKind::kNotFound);
  ASSERT_EQ(mkfifo((root_ / "logs" / "fifo").c_str(), 0600), 0);
  EXPECT_EQ(OpenError("logs", "fifo"), ErrorKind::kNotFound);
}

TEST_F(BucketsTest, AMissingBucketComesWithWhatToDo) {
  const auto text = store_.ReadTail(region_, "absent", "k", 10);
  ASSERT_FALSE(text.has_value());
  EXPECT_EQ(text.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(text.error().code, "NoSuchBucket");
  EXPECT_THAT(text.error().message, HasSubstr("mkdir -p '" + (root_ / "absent").string() + "'"));
  EXPECT_THAT(buckets_.NoSuchBucket("../x\n").message, testing::Not(HasSubstr("mkdir")));
}

TEST_F(BucketsTest, ReadTailGivesTheEndAndUnpacksGz) {
  EXPECT_EQ(store_.ReadTail(region_, "logs", "a/b.txt", 3).value(), "ide");
  EXPECT_EQ(store_.ReadTail(region_, "logs", "a/b.txt", 0).value(), "");
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + "\n";
  ASSERT_TRUE(GzipFile(folder_.Write("big", text), root_ / "logs" / "big.gz").has_value());
  EXPECT_LT(file_size(root_ / "logs" / "big.gz"), text.size() / 2);
  EXPECT_EQ(store_.ReadTail(region_, "logs", "big.gz", 100'000).value(),
            text.substr(text.size() - 100'000));
  EXPECT_EQ(store_.ReadTail(region_, "logs", "big.gz", 10'000'000).value(), text);
}

TEST_F(BucketsTest, ReadTailReadsOnlyTheEndOfALargeLog) {
  // A terabyte that takes no room: whoever reads it from its beginning does not come back.
  folder_.Write("s3/logs/stdout", "");
  resize_file(root_ / "logs" / "stdout", std::uintmax_t{1} << 40);
  std::ofstream(root_ / "logs" / "stdout", std::ios::app) << "the end";
  EXPECT_EQ(store_.ReadTail(region_, "logs", "stdout", 7).value(), "the end");
}

TEST_F(BucketsTest, ReadTailReadsMembersThatFollowEachOtherAndCutStreams) {
  ASSERT_TRUE(GzipFile(folder_.Write("one", "one "), root_ / "logs" / "1.gz").has_value());
  ASSERT_TRUE(GzipFile(folder_.Write("two", "two"), root_ / "logs" / "2.gz").has_value());
  const std::string both = folder_.Read("s3/logs/1.gz") + folder_.Read("s3/logs/2.gz");
  folder_.Write("s3/logs/both.gz", both);
  EXPECT_EQ(store_.ReadTail(region_, "logs", "both.gz", 100).value(), "one two");
  folder_.Write("s3/logs/cut.gz", both.substr(0, both.size() - 12));
  EXPECT_THAT(store_.ReadTail(region_, "logs", "cut.gz", 100).value(), HasSubstr("one "));
  folder_.Write("s3/logs/plain.gz", "not gzip at all");
  EXPECT_FALSE(store_.ReadTail(region_, "logs", "plain.gz", 100).has_value());
}

TEST_F(BucketsTest, KeysAreListedInTheOrderOfS3) {
  folder_.Write("s3/logs/a-b", "");
  folder_.Write("s3/logs/ab/x", "");
  EXPECT_THAT(store_.ListKeys(region_, "logs", "", 100).value(),
              ElementsAre("a-b", "a.txt", "a/b.txt", "a/c/d.txt", "ab/x"));
  EXPECT_THAT(store_.ListKeys(region_, "logs", "a/", 100).value(),
              ElementsAre("a/b.txt", "a/c/d.txt"));
  EXPECT_THAT(store_.ListKeys(region_, "logs", "a/c", 100).value(), ElementsAre("a/c/d.txt"));
  EXPECT_THAT(store_.ListKeys(region_, "logs", "", 2).value(), ElementsAre("a-b", "a.txt"));
  EXPECT_THAT(store_.ListKeys(region_, "logs", "../", 100).value(), IsEmpty());
}

}  // namespace
}  // namespace ecm::local
