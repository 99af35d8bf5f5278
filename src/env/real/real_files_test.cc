#include "env/real/real_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "env/testing/temporary_folder.h"

namespace ecm {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class RealFilesTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    return folder_.Write(name, text);
  }
  ErrorKind KindOf(const std::string& path) { return files_.Read(path).error().kind; }

  TemporaryFolder folder_;
  RealFiles files_;
};

TEST_F(RealFilesTest, ReadsTheWholeFileAsItIs) {
  const std::string text("[default]\r\n\0\xff end", 17);
  EXPECT_EQ(files_.Read(Write("config", text)).value(), text);
  EXPECT_EQ(files_.Read(Write("empty", "")).value(), "");
  EXPECT_THAT(files_.Read("/proc/self/status").value(), HasSubstr("Pid:"));
}

TEST_F(RealFilesTest, FollowsALink) {
  Write("target", "text");
  fs::create_symlink("target", folder_.path() / "link");
  EXPECT_EQ(files_.Read(folder_.path() / "link").value(), "text");
}

TEST_F(RealFilesTest, TakesOneMebibyteAndNotAByteMore) {
  EXPECT_EQ(files_.Read(Write("full", std::string(1'048'576, 'x')))->size(), 1'048'576U);
  const auto beyond = files_.Read(Write("beyond", std::string(1'048'577, 'x')));
  ASSERT_FALSE(beyond.has_value());
  EXPECT_EQ(beyond.error().kind, ErrorKind::kInvalidJob);
  EXPECT_THAT(beyond.error().message, HasSubstr("beyond: it is larger than 1 MiB"));
}

TEST_F(RealFilesTest, SaysThatThereIsNone) {
  EXPECT_EQ(KindOf(folder_.path() / "none"), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(Write("file", "") + "/below"), ErrorKind::kNotFound);
  EXPECT_EQ(KindOf(""), ErrorKind::kNotFound);
  EXPECT_THAT(files_.Read("/none/x\ny").error().message,
              HasSubstr("cannot read the file /none/x y: No such file"));
}

TEST_F(RealFilesTest, DoesNotWaitForWhatIsNoFile) {
  const std::string pipe = folder_.path() / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_EQ(KindOf(pipe), ErrorKind::kInvalidJob);
  EXPECT_EQ(KindOf(folder_.path()), ErrorKind::kInvalidJob);
  EXPECT_EQ(KindOf("/dev/zero"), ErrorKind::kInvalidJob);
  EXPECT_EQ(KindOf(std::string("/etc/passwd\0.pem", 16)), ErrorKind::kInvalidJob);
}

TEST_F(RealFilesTest, SaysThatItMayNot) {
  const std::string path = Write("secret", "text");
  fs::permissions(path, fs::perms::none);
  fs::permissions(folder_.path(), fs::perms::others_exec, fs::perm_options::add);
  // The superuser may read everything: for this test it is somebody else.
  constexpr uid_t kNobody = 65534;
  const uid_t own = geteuid();
  ASSERT_EQ(seteuid(own == 0 ? kNobody : own), 0);
  const ErrorKind kind = KindOf(path);
  ASSERT_EQ(seteuid(own), 0);
  EXPECT_EQ(kind, ErrorKind::kAccessDenied);
}

TEST_F(RealFilesTest, SaysThatALinkLeadsInACircle) {
  fs::create_symlink("circle", folder_.path() / "circle");
  EXPECT_EQ(KindOf(folder_.path() / "circle"), ErrorKind::kInternal);
}

}  // namespace
}  // namespace ecm
