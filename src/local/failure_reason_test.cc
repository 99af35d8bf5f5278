#include "local/failure_reason.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace ecm::local {
namespace {

using testing::HasSubstr;

FailureDetails Explain(int exit_code, std::string_view out, std::string_view err) {
  return ExplainFailure({exit_code, 0, out, err, "/dir/s3"});
}

TEST(ExplainFailureTest, AnUncaughtPythonExceptionIsTheReason) {
  const auto details = Explain(1,
                               "line of output\n"
                               "Traceback (most recent call last):\n"
                               "  File \"/tmp/spark-1/job.py\", line 3, in <module>\n"
                               "    raise ValueError(\"bad\")\n"
                               "ValueError: bad\n",
                               "26/11/22 13:57:04 INFO ShutdownHookManager: Shutdown\n");
  EXPECT_EQ(details.reason, "ValueError: bad");
  EXPECT_EQ(details.message, "ValueError: bad");
  EXPECT_EQ(details.log, "stdout");
}

TEST(ExplainFailureTest, OfChainedExceptionsTheLastCounts) {
  const auto details =
      Explain(1, "",
              "Traceback (most recent call last):\n  File \"a.py\", line 1\n"
              "KeyError: 'a'\n\n"
              "During handling of the above exception, another exception occurred:\n"
              "\n"
              "Traceback (most recent call last):\n  File \"a.py\", line 3\n"
              "RuntimeError: no a\n");
  EXPECT_EQ(details.reason, "RuntimeError: no a");
  EXPECT_EQ(details.log, "stderr");
}

TEST(ExplainFailureTest, WhatPy4JWrapsIsTheReason) {
  const auto details =
      Explain(1,
              "Traceback (most recent call last):\n"
              "  File \"protocol.py\", line 326, in get_return_value\n"
              "py4j.protocol.Py4JJavaError: An error occurred while calling o85.csv.\n"
              ": java.lang.IllegalStateException: broken\n\tat x.y(Z.java:1)\n",
              "");
  EXPECT_EQ(details.reason, "java.lang.IllegalStateException: broken");
}

TEST(ExplainFailureTest, TheExceptionOfAPythonWorkerIsFoundInsideSparks) {
  const auto details = Explain(
      1,
      "Traceback (most recent call last):\n  File \"protocol.py\", line 326\n"
      "py4j.protocol.Py4JJavaError: An error occurred while calling o8.collect.\n"
      ": org.apache.spark.SparkException: Job aborted: Lost task 0.0 (TID 0): "
      "org.apache.spark.api.python.PythonException: Traceback (most recent call last):\n"
      "  File \"w.py\", line 1, in <lambda>\nZeroDivisionError: division by zero\n\n\tat x.y(Z)\n",
      "");
  EXPECT_EQ(details.reason, "ZeroDivisionError: division by zero");
}

TEST(ExplainFailureTest, AMissingBucketComesWithTheCommandThatMakesIt) {
  const auto details = Explain(
      1,
      "Traceback (most recent call last):\n  File \"protocol.py\", line 326\n"
      "py4j.protocol.Py4JJavaError: An error occurred while calling o85.csv.\n"
      ": java.io.IOException: Could not initialize target File System for URI : s3a://no-such/\n",
      "");
  EXPECT_EQ(details.reason, "no such bucket: no-such (create it: mkdir -p '/dir/s3/no-such')");
  EXPECT_THAT(details.message, HasSubstr("java.io.IOException"));
}

TEST(ExplainFailureTest, AMissingBucketThatTheJobCopedWithIsNotBlamed) {
  const auto details = Explain(
      1, "Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: other\n",
      "java.io.IOException: Could not initialize target File System for URI : s3://no-such/\n");
  EXPECT_EQ(details.reason, "ValueError: other");
}

TEST(ExplainFailureTest, APrintedTracebackIsNotBlamedForAnotherExitCode) {
  const auto details = Explain(
      3, "Traceback (most recent call last):\n  File \"a.py\", line 1\nValueError: caught\n", "");
  EXPECT_EQ(details.reason, "Unknown Error.");
  EXPECT_EQ(details.log, "");
}

TEST(ExplainFailureTest, ATaskOfSparksOwnLogIsNotTakenForTheDriver) {
  const auto details = Explain(1, "",
                               "26/11/22 ERROR Executor: Exception in task 0.0\n"
                               "x.PythonException: Traceback (most recent call last):\n"
                               "  File \"w.py\", line 1\nValueError: tried again\n");
  EXPECT_EQ(details.reason, "Unknown Error.");
}

TEST(ExplainFailureTest, ABrokenEntryPointHasASyntaxErrorWithoutTraceback) {
  const auto details = Explain(
      1, "  File \"/tmp/job.py\", line 1\n    x = = 1\n        ^\nSyntaxError: invalid syntax\n",
      "");
  EXPECT_EQ(details.reason, "SyntaxError: invalid syntax");
}

TEST(ExplainFailureTest, TheJvmsMainThreadSpeaksForJars) {
  const auto details = Explain(
      1, "", "Exception in thread \"main\" org.apache.spark.SparkException: no jar\n\tat a.b\n");
  EXPECT_EQ(details.reason, "org.apache.spark.SparkException: no jar");
  EXPECT_EQ(details.log, "stderr");
}

TEST(ExplainFailureTest, OutputThatExistsHasEmrsOwnWords) {
  const auto details = Explain(
      1, "",
      "Exception in thread \"main\" org.apache.hadoop.mapred.FileAlreadyExistsException: Output\n");
  EXPECT_EQ(details.reason, "Output directory already exists.");
}

TEST(ExplainFailureTest, ASignalWinsOverWhatTheLogsSay) {
  const auto details = ExplainFailure(
      {137, SIGKILL, "Traceback (most recent call last):\n  x\nValueError: bad\n", "", "/dir/s3"});
  EXPECT_THAT(details.reason, HasSubstr("The step's process was killed by SIGKILL (9)"));
}

TEST(ExplainFailureTest, AKilledDriverIsKnownByItsExitCode) {
  EXPECT_THAT(Explain(137, "", "INFO x\n").reason, HasSubstr("A process of the step was killed"));
  EXPECT_THAT(Explain(143, "", "").reason, HasSubstr("SIGTERM"));
}

TEST(ExplainFailureTest, TheReasonIsOneShortPrintableLine) {
  const std::string long_line = "ValueError: \x1b[31m\xff" + std::string(5000, 'x');
  const auto details =
      Explain(1, "Traceback (most recent call last):\n  x\n" + long_line + "\nmore\n", "");
  EXPECT_LE(details.reason.size(), 1100U);
  EXPECT_EQ(details.reason.find('\x1b'), std::string::npos);
  EXPECT_EQ(details.reason.find('\n'), std::string::npos);
}

TEST(ExplainFailureTest, EmptyAndCutLogsAreAnUnknownError) {
  EXPECT_EQ(Explain(1, "", "").reason, "Unknown Error.");
  EXPECT_EQ(Explain(1, "Traceback (most recent call last):", "").reason, "Unknown Error.");
  EXPECT_EQ(Explain(1, "Traceback (most recent call last):\n  File", "").reason, "Unknown Error.");
}

}  // namespace
}  // namespace ecm::local
