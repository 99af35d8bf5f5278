#include "cli/cluster_notes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "env/testing/temporary_folder.h"

namespace ecm::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class ClusterNotesTest : public testing::Test {
 protected:
  ClusterNotesTest() { std::filesystem::create_directories(folder_.path() / "logs"); }

  std::vector<std::string> Notes(const std::string& release, const std::string& log_uri) const {
    return ClusterNotes(release, log_uri, local::Buckets(folder_.path()));
  }
  TemporaryFolder folder_;
};

TEST_F(ClusterNotesTest, NothingIsSaidOfWhatIsAsAtAws) {
  EXPECT_THAT(Notes("emr-7.10.0", "s3://logs/a/"), IsEmpty());
  EXPECT_THAT(Notes("emr-7.0.0", ""), IsEmpty());
}

TEST_F(ClusterNotesTest, AReleaseWithAnotherSparkIsTold) {
  EXPECT_THAT(Notes("emr-6.15.0", ""),
              ElementsAre(AllOf(HasSubstr("emr-6.15.0 has Spark 3.4.1"), HasSubstr("Spark 3.5"))));
}

TEST_F(ClusterNotesTest, AReleaseThatIsNotKnownIsTold) {
  for (const std::string release : {"emr-5.36.0", "emr-8.0.0", "emr-7.99.0"}) {
    EXPECT_THAT(Notes(release, ""), ElementsAre(AllOf(HasSubstr(release + " is not known here"),
                                                      HasSubstr("emr-7.x"))));
  }
}

TEST_F(ClusterNotesTest, ABucketForLogsThatIsNotThereComesWithTheCommandThatMakesIt) {
  EXPECT_THAT(Notes("emr-7.10.0", "s3://nope/a/"),
              ElementsAre(HasSubstr("mkdir -p '" + (folder_.path() / "nope").string() + "'")));
}

TEST_F(ClusterNotesTest, ALogUriThatIsNoneIsToldOnOneLine) {
  EXPECT_THAT(Notes("emr-7.10.0", "logs\n/x"),
              ElementsAre(AllOf(HasSubstr("s3://BUCKET/PREFIX/"), Not(HasSubstr("\n")))));
}

}  // namespace
}  // namespace ecm::cli
