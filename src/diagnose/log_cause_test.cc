#include "diagnose/log_cause.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

std::string CauseIn(std::string_view stdout_tail, std::string_view stderr_tail) {
  const auto cause = FindLogCause({stdout_tail, stderr_tail, std::nullopt});
  return cause ? cause->log + ": " + cause->line : "";
}

TEST(FindLogCauseTest, TakesTheExceptionOfTheLastTraceback) {
  EXPECT_EQ(CauseIn("rows: 3\n"
                    "Traceback (most recent call last):\n"
                    "  File \"a.py\", line 1, in <module>\n"
                    "ZeroDivisionError: division by zero\n"
                    "\n"
                    "During handling of the above exception, another exception occurred:\n"
                    "\n"
                    "Traceback (most recent call last):\n"
                    "  File \"a.py\", line 3, in <module>\n"
                    "ValueError: bad input\n",
                    "Exception in thread \"main\" org.apache.spark.SparkUserAppException: User "
                    "application exited with 1\n"),
            "stdout: ValueError: bad input");
}

TEST(FindLogCauseTest, TakesTheExceptionThatEndedTheJvm) {
  EXPECT_EQ(CauseIn("",
                    "Exception in thread \"main\" org.apache.spark.SparkException: no jar\n"
                    "\tat x\n"),
            "stderr: org.apache.spark.SparkException: no jar");
}

TEST(FindLogCauseTest, WhatAJobPrintsIsNoCause) {
  EXPECT_EQ(CauseIn("checked: no Exception, no problem\n", "INFO all is well\n"), "");
  EXPECT_EQ(CauseIn("Traceback (most recent call last):\n  File \"a.py\"\n", ""), "");
  EXPECT_EQ(CauseIn("", ""), "");
}

TEST(FindLogCauseTest, IsOneTameLine) {
  const auto cause = FindLogCause(
      {"Traceback (most recent call last):\nE: \x1b[2J" + std::string(5000, 'x'), "", 1});
  ASSERT_TRUE(cause.has_value());
  EXPECT_TRUE(cause->line.starts_with("E: \\x1b[2J"));
  EXPECT_LE(cause->line.size(), 1024U);
}

}  // namespace
}  // namespace ecm
