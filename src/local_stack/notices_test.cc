#include "local_stack/notices.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "env/testing/sim_env.h"
#include "env/testing/temporary_folder.h"

namespace ecm::local_stack {
namespace {

TEST(FolderNoticesTest, WritesEachNoticeAsAFileAndTellsOfIt) {
  const TemporaryFolder folder;
  const ManualClock clock;
  SeededRandom random(1);
  std::vector<std::filesystem::path> told;
  FolderNotices notices(folder.path() / "notices", "arn:aws:sns:eu-west-1:1:topic", clock, random,
                        [&](const std::filesystem::path& file) { told.push_back(file); });
  ASSERT_TRUE(notices.Publish("[ecm-dev] subject", "a\nmessage").has_value());
  ASSERT_TRUE(notices.Publish("[ecm-dev] subject", "a\nmessage").has_value());
  ASSERT_EQ(told.size(), 2U);
  EXPECT_NE(told[0], told[1]);
  std::ostringstream text;
  text << std::ifstream(told[0]).rdbuf();
  const Json notice = ParseJson(text.str()).value();
  EXPECT_EQ(StringOr(notice, "subject"), "[ecm-dev] subject");
  EXPECT_EQ(StringOr(notice, "message"), "a\nmessage");
  EXPECT_EQ(StringOr(notice, "topic"), "arn:aws:sns:eu-west-1:1:topic");
}

TEST(FolderNoticesTest, SaysWhatCannotBeWritten) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "notices") << "no folder";
  const ManualClock clock;
  SeededRandom random(1);
  FolderNotices notices(folder.path() / "notices", "topic", clock, random,
                        [](const std::filesystem::path&) { FAIL(); });
  const Result<void> published = notices.Publish("subject", "message");
  ASSERT_FALSE(published.has_value());
  EXPECT_NE(published.error().message.find("notices"), std::string::npos);
}

}  // namespace
}  // namespace ecm::local_stack
