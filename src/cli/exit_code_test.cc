#include "cli/exit_code.h"

#include <gtest/gtest.h>

namespace ecm::cli {
namespace {

TEST(ExitCodeTest, EveryVerdictHasTheCodeOfTheTable) {
  using lifecycle::Verdict;
  EXPECT_EQ(ExitCodeOf(Verdict::kSucceeded), ExitCode{0});
  EXPECT_EQ(ExitCodeOf(Verdict::kInternalError), ExitCode{1});
  EXPECT_EQ(ExitCodeOf(Verdict::kInvalidJob), ExitCode{2});
  EXPECT_EQ(ExitCodeOf(Verdict::kJobFailed), ExitCode{3});
  EXPECT_EQ(ExitCodeOf(Verdict::kAccessDenied), ExitCode{4});
  EXPECT_EQ(ExitCodeOf(Verdict::kNoCapacity), ExitCode{5});
  EXPECT_EQ(ExitCodeOf(Verdict::kOutOfTime), ExitCode{6});
  EXPECT_EQ(ExitCodeOf(Verdict::kCancelled), ExitCode{7});
  EXPECT_EQ(ExitCodeOf(Verdict::kCleanupUnverified), ExitCode{8});
}

TEST(ExitCodeTest, ErrorsOfTheToolAreToldFromThoseOfTheJob) {
  EXPECT_EQ(ExitCodeOf(Error{ErrorKind::kInvalidJob, "", ""}), ExitCode::kInvalid);
  EXPECT_EQ(ExitCodeOf(Error{ErrorKind::kAccessDenied, "", ""}), ExitCode::kAccessDenied);
  EXPECT_EQ(ExitCodeOf(Error{ErrorKind::kInternal, "", ""}), ExitCode::kToolError);
}

}  // namespace
}  // namespace ecm::cli
