#include "local/step_folder.h"

#include <gtest/gtest.h>

#include <fstream>

#include "local/testing/temp_folder.h"

namespace ecm::local {
namespace {

namespace fs = std::filesystem;

TEST(RemoveLeftoversTest, RemovesTemporaryFilesAndKeepsWhatAStepHadSaid) {
  const TempFolder folder;
  const fs::path step = folder.path() / "work" / "j-1" / "s-1";
  fs::create_directories(step / "tmp" / "blocks");
  std::ofstream(step / "stdout") << "half a line";
  RemoveLeftovers(folder.path());
  EXPECT_FALSE(fs::exists(step / "tmp"));
  EXPECT_TRUE(fs::exists(step / "stdout"));
}

TEST(RemoveLeftoversTest, FollowsNoLink) {
  const TempFolder folder;
  const fs::path elsewhere = folder.path() / "elsewhere";
  fs::create_directories(elsewhere / "tmp");
  fs::create_directories(folder.path() / "work" / "j-1");
  fs::create_directory_symlink(elsewhere, folder.path() / "work" / "j-1" / "s-1");
  RemoveLeftovers(folder.path());
  EXPECT_TRUE(fs::exists(elsewhere / "tmp"));
}

TEST(RemoveLeftoversTest, AFolderThatIsNotThereIsFine) { RemoveLeftovers("/proc/no/such/folder"); }

}  // namespace
}  // namespace ecm::local
