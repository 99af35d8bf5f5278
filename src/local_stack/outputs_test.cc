#include "local_stack/outputs.h"

#include <gtest/gtest.h>

#include <fstream>

#include "env/testing/temporary_folder.h"

namespace ecm::local_stack {
namespace {

namespace fs = std::filesystem;

void Write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

TEST(FindOutputsTest, ShowsWhatWasWrittenSinceAndHowItBegins) {
  const TemporaryFolder folder;
  Write(folder.path() / "out/old/_SUCCESS", "");
  fs::last_write_time(folder.path() / "out/old/_SUCCESS",
                      fs::file_time_type::clock::now() - std::chrono::hours{1});
  const auto since = fs::file_time_type::clock::now() - std::chrono::minutes{1};
  Write(folder.path() / "out/counts/part-00000.csv", "a,1\nb,2\n");
  Write(folder.path() / "out/counts/part-00001.csv", "c,3\nd,4\n");
  Write(folder.path() / "out/counts/_SUCCESS", "");
  Write(folder.path() / "logs/x/_SUCCESS", "");
  const std::vector<Output> outputs = FindOutputs(folder.path(), "logs", since, 3);
  ASSERT_EQ(outputs.size(), 1U);
  EXPECT_EQ(outputs[0].uri, "s3://out/counts/");
  EXPECT_EQ(outputs[0].files, 2U);
  EXPECT_EQ(outputs[0].bytes, 16U);
  EXPECT_EQ(outputs[0].first_rows, (std::vector<std::string>{"a,1", "b,2", "c,3"}));
}

TEST(FindOutputsTest, BinaryFilesHaveNoRows) {
  const TemporaryFolder folder;
  Write(folder.path() / "out/t/part-00000.snappy.parquet", "PAR1\n");
  Write(folder.path() / "out/t/_SUCCESS", "");
  const std::vector<Output> outputs =
      FindOutputs(folder.path(), "logs", fs::file_time_type::min(), 3);
  ASSERT_EQ(outputs.size(), 1U);
  EXPECT_TRUE(outputs[0].first_rows.empty());
}

TEST(FindOutputsTest, AFolderThatIsNotThereHasNone) {
  EXPECT_TRUE(FindOutputs("/nowhere/at/all", "logs", fs::file_time_type::min(), 3).empty());
}

}  // namespace
}  // namespace ecm::local_stack
