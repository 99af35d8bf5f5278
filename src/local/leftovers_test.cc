#include "local/leftovers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "env/testing/temporary_folder.h"
#include "local/folder_object_store.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class LeftoversTest : public testing::Test {
 protected:
  std::vector<std::string> Settle() {
    std::vector<std::string> notes;
    for (const fs::path& folder : FindLeftovers(folder_.path())) {
      const std::string note = SettleLeftover(folder, Buckets(folder_.path() / "s3"), WallTime{});
      if (!note.empty()) notes.push_back(note);
    }
    return notes;
  }
  fs::path Work(const std::string& name) const { return folder_.path() / "work" / name; }
  std::string Log(const std::string& key) const {
    FolderObjectStore store{Buckets(folder_.path() / "s3")};
    const auto text = store.ReadTail(Region("eu-west-1"), "logs", key, 1 << 20);
    return text ? *text : "error: " + text.error().message;
  }

  const TemporaryFolder folder_;
};

TEST_F(LeftoversTest, TheLogsOfAKilledStepReachTheirBucket) {
  fs::create_directories(folder_.path() / "s3" / "logs");
  folder_.Write("work/j-1/s-1/stdout", "half a line");
  folder_.Write("work/j-1/s-1/controller", "begun\n");
  folder_.Write("work/j-1/s-1/container/stderr", "driver");
  folder_.Write("work/j-1/s-1/tmp/block", "");
  ASSERT_TRUE(KeepLogPlaces(Work("j-1/s-1"), {"s3://logs/j-1/steps/s-1/", "s3://logs/j-1/c/1/"}));
  EXPECT_THAT(Settle(), testing::ElementsAre(HasSubstr("s3://logs/j-1/steps/s-1/")));
  EXPECT_EQ(Log("j-1/steps/s-1/stdout.gz"), "half a line");
  EXPECT_EQ(Log("j-1/c/1/stderr.gz"), "driver");
  EXPECT_THAT(Log("j-1/steps/s-1/controller.gz"), HasSubstr("begun\n"));
  EXPECT_THAT(Log("j-1/steps/s-1/controller.gz"),
              HasSubstr("nobody knows how it would have ended"));
  EXPECT_FALSE(fs::exists(Work("j-1")));
}

TEST_F(LeftoversTest, TheLogsOfAKilledBootstrapActionReachTheirBucket) {
  fs::create_directories(folder_.path() / "s3" / "logs");
  folder_.Write("work/j-1/bootstrap-actions/2/stdout", "installing");
  ASSERT_TRUE(KeepLogPlaces(Work("j-1/bootstrap-actions/2"), {"s3://logs/j-1/node/i-1/b/2/", ""}));
  EXPECT_EQ(Settle().size(), 1U);
  EXPECT_EQ(Log("j-1/node/i-1/b/2/stdout.gz"), "installing");
  EXPECT_FALSE(fs::exists(Work("j-1")));
}

TEST_F(LeftoversTest, LogsWithoutABucketStayAndTheirNoteSaysWhere) {
  folder_.Write("work/j-1/s-1/stdout", "half a line");
  folder_.Write("work/j-1/s-1/tmp/block", "");
  ASSERT_TRUE(KeepLogPlaces(Work("j-1/s-1"), {"s3://nowhere/j-1/steps/s-1/", ""}));
  EXPECT_THAT(Settle(), testing::ElementsAre(testing::AllOf(HasSubstr(Work("j-1/s-1").string()),
                                                            HasSubstr("mkdir -p"))));
  EXPECT_TRUE(fs::exists(Work("j-1/s-1/stdout")));
  EXPECT_FALSE(fs::exists(Work("j-1/s-1/tmp")));
  EXPECT_THAT(Settle(), testing::IsEmpty()) << "it is told once";
}

TEST_F(LeftoversTest, WithoutAPlaceOnlyTemporaryFilesAreRemoved) {
  folder_.Write("work/j-1/s-1/stdout", "half a line");
  folder_.Write("work/j-1/s-1/tmp/blocks/1", "");
  EXPECT_THAT(Settle(), testing::IsEmpty());
  EXPECT_FALSE(fs::exists(Work("j-1/s-1/tmp")));
  EXPECT_TRUE(fs::exists(Work("j-1/s-1/stdout")));
}

TEST_F(LeftoversTest, PlacesThatCannotBeReadOrLeadOutAreNotUsed) {
  fs::create_directories(folder_.path() / "s3" / "logs");
  for (const std::string places :
       {"", "{", "[]", R"({"logs": 5})", R"({"logs": "file:///etc"})",
        R"({"logs": "s3://logs/../../out/"})", R"({"logs":"s3://../"})"}) {
    folder_.Write("work/j-1/s-1/stdout", "half a line");
    folder_.Write("work/j-1/s-1.json", places);
    static_cast<void>(Settle());
    EXPECT_TRUE(fs::exists(Work("j-1/s-1/stdout"))) << places;
    EXPECT_FALSE(fs::exists(folder_.path() / "out")) << places;
  }
}

TEST_F(LeftoversTest, APlaceWhoseFolderIsGoneIsForgotten) {
  fs::create_directories(folder_.path() / "s3" / "logs");
  fs::create_directories(Work("j-1"));
  ASSERT_TRUE(KeepLogPlaces(Work("j-1/s-1"), {"s3://logs/j-1/steps/s-1/", ""}));
  EXPECT_THAT(Settle(), testing::IsEmpty());
  EXPECT_FALSE(fs::exists(Work("j-1")));
}

TEST_F(LeftoversTest, NoLinkIsFollowed) {
  const fs::path elsewhere = folder_.path() / "elsewhere";
  fs::create_directories(elsewhere / "tmp");
  fs::create_directories(Work("j-1"));
  fs::create_directory_symlink(elsewhere, Work("j-1/s-1"));
  ASSERT_TRUE(KeepLogPlaces(Work("j-1/s-1"), {"s3://logs/j-1/steps/s-1/", ""}));
  EXPECT_THAT(FindLeftovers(folder_.path()), testing::IsEmpty());
}

TEST_F(LeftoversTest, AFolderThatIsNotThereIsFine) {
  EXPECT_THAT(FindLeftovers("/proc/no/such/folder"), testing::IsEmpty());
}

}  // namespace
}  // namespace ecm::local
