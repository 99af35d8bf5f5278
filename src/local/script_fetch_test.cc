#include "local/script_fetch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "env/testing/temporary_folder.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class FetchFileTest : public testing::Test {
 protected:
  Result<void> Fetch(const std::string& source, bool executable = true) {
    return FetchFile({"script", source, folder_.path() / "target", executable},
                     Buckets(folder_.path() / "s3"));
  }
  TemporaryFolder folder_;
};

TEST_F(FetchFileTest, CopiesAnObjectAndMakesItExecutable) {
  folder_.Write("s3/code/run.sh", "#!/bin/sh\n");
  folder_.Write("target", "what was there before, and longer than the new text");
  ASSERT_TRUE(Fetch("s3a://code/run.sh").has_value());
  EXPECT_EQ(folder_.Read("target"), "#!/bin/sh\n");
  EXPECT_EQ(fs::status(folder_.path() / "target").permissions(), fs::perms::owner_all);
}

TEST_F(FetchFileTest, TakesAFileOfThisMachine) {
  const fs::path file = folder_.Write("a script.sh", "text");
  ASSERT_TRUE(Fetch("file://" + file.string(), /*executable=*/false).has_value());
  EXPECT_EQ(folder_.Read("target"), "text");
  EXPECT_EQ(fs::status(folder_.path() / "target").permissions() & fs::perms::owner_exec,
            fs::perms::none);
  EXPECT_TRUE(Fetch(file.string()).has_value());
}

TEST_F(FetchFileTest, SaysWhichFileIsMissingAndWhatToDo) {
  const auto no_bucket = Fetch("s3://code/run.sh");
  ASSERT_FALSE(no_bucket.has_value());
  EXPECT_THAT(no_bucket.error().message,
              HasSubstr("the script s3://code/run.sh cannot be fetched: no such bucket: code "
                        "(create it: mkdir -p"));
  EXPECT_THAT(Fetch("/usr/share/aws/emr/no-such").error().message,
              HasSubstr("the script /usr/share/aws/emr/no-such cannot be fetched: there is no such "
                        "file on this machine"));
}

TEST_F(FetchFileTest, RefusesWhatIsNoFileAndWhatLeavesItsBucket) {
  fs::create_directories(folder_.path() / "s3/code");
  folder_.Write("secret", "x");
  EXPECT_FALSE(Fetch("s3://code/../../secret").has_value());
  EXPECT_FALSE(Fetch(folder_.path().string()).has_value());
  EXPECT_EQ(Fetch("run.sh").error().kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(Fetch("https://example.com/run.sh").error().kind, ErrorKind::kInvalidJob);
  EXPECT_EQ(Fetch("file://host/run.sh").error().kind, ErrorKind::kInvalidJob);
  const fs::path fifo = folder_.path() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(Fetch(fifo.string()).error().message, HasSubstr("not a regular file"));
  EXPECT_FALSE(fs::exists(folder_.path() / "target"));
}

}  // namespace
}  // namespace ecm::local
