#include "cli/serve_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "env/testing/temporary_folder.h"

namespace ecm::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class ReadKeysTest : public testing::Test {
 protected:
  std::string Write(const std::string& text, mode_t mode = 0600) {
    const fs::path file = folder_.Write("keys.json", text);
    chmod(file.c_str(), mode);
    return file.string();
  }

  std::string Refusal(const std::string& text) {
    const auto keys = ReadKeys(Write(text));
    return keys ? "" : keys.error().message;
  }

  TemporaryFolder folder_;
};

constexpr const char* kPair =
    R"([{"access_key_id": "AKIDLOCAL", "secret_access_key": "swordfish-1"}])";

TEST_F(ReadKeysTest, ReadsPairs) {
  const auto keys = ReadKeys(Write(
      R"([{"access_key_id": "AKIDLOCAL", "secret_access_key": "swordfish-1"},
          {"secret_access_key": "swordfish-2", "access_key_id": "AKIDOTHER"}])"));
  ASSERT_TRUE(keys.has_value()) << keys.error().message;
  ASSERT_EQ(keys->size(), 2U);
  EXPECT_EQ(keys->at(1).access_key_id, "AKIDOTHER");
  EXPECT_EQ(keys->at(1).secret_access_key, "swordfish-2");
}

TEST_F(ReadKeysTest, RefusesAFileThatOthersMayOpen) {
  for (const mode_t mode : {0604, 0640, 0644, 0620, 0666, 0610, 0601}) {
    const auto keys = ReadKeys(Write(kPair, mode));
    ASSERT_FALSE(keys.has_value()) << mode;
    EXPECT_THAT(keys.error().message, HasSubstr("chmod 600 ")) << mode;
  }
  EXPECT_TRUE(ReadKeys(Write(kPair, 0400)).has_value());
}

TEST_F(ReadKeysTest, RefusesWhatIsNoFile) {
  EXPECT_THAT(ReadKeys(folder_.path().string()).error().message, HasSubstr("no ordinary file"));
  EXPECT_THAT(ReadKeys((folder_.path() / "none").string()).error().message,
              HasSubstr("No such file"));
  const fs::path fifo = folder_.path() / "fifo";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(ReadKeys(fifo.string()).error().message, HasSubstr("no ordinary file"));
}

TEST_F(ReadKeysTest, NamesTheEntryButNeverASecret) {
  for (const std::string text : {
           R"("swordfish")",
           R"([])",
           R"({"access_key_id": "AKID", "secret_access_key": "swordfish"})",
           R"([{"access_key_id": "AKID", "secret_access_key": "swordfish)",
           R"([{"access_key_id": "AKID", "secret_access_key": "swordfish", "more": 1}])",
           R"([{"access_key_id": "swordfish!", "secret_access_key": "swordfish"}])",
           R"([{"access_key_id": "AKID", "swordfish": "swordfish"}])",
           R"([{"access_key_id": "AKID", "secret_access_key": "fish"}])",
           R"(["swordfish", 1])",
           R"([{"access_key_id": "AKID", "secret_access_key": "swordfish"},
               {"access_key_id": "AKID", "secret_access_key": "swordfish"}])",
       }) {
    const std::string message = Refusal(text);
    EXPECT_THAT(message, HasSubstr("keys.json")) << text;
    EXPECT_THAT(message, Not(HasSubstr("fish"))) << text;
  }
  EXPECT_THAT(Refusal(R"([{"access_key_id": "AKID", "secret_access_key": "swordfish"}, 1])"),
              HasSubstr("entry 2"));
  EXPECT_THAT(Refusal("[]"), HasSubstr("the list is empty"));
  EXPECT_THAT(Refusal("{}"), HasSubstr("not a JSON list"));
  EXPECT_THAT(Refusal(std::string(70'000, ' ')), HasSubstr("64 KiB"));
}

}  // namespace
}  // namespace ecm::cli
