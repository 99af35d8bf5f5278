#include "plan/names.h"

#include <gtest/gtest.h>

namespace ecm {
namespace {

Job Named(std::string job_name, std::string resource = "") {
  Job job;
  job.job_name = std::move(job_name);
  job.resource = std::move(resource);
  return job;
}

TEST(NamesTest, JoinsStageJobResourceAndExecution) {
  EXPECT_EQ(ClusterName(Named("words", "books"), "dev", "run-1"), "ecm-dev-words-books-run-1");
  EXPECT_EQ(ClusterName(Named("words"), "dev", "run-1"), "ecm-dev-words-run-1");
  EXPECT_EQ(StepName(Named("words", "books"), "dev"), "ecm-dev-words");
}

TEST(NamesTest, KeepsNamesPlain) {
  EXPECT_EQ(ToNamePart("word  count"), "word-count");
  EXPECT_EQ(ToNamePart("<$|`>a</>b"), "a-b");
  EXPECT_EQ(ToNamePart("Bücher"), "B-cher");
  EXPECT_EQ(ToNamePart("日本"), "");
  EXPECT_EQ(ClusterName(Named("words", "日本"), "dev", "x"), "ecm-dev-words-x");
}

TEST(NamesTest, ShortensTheResourceAndNeverTheExecution) {
  const std::string execution(80, 'e');
  const Job job = Named(std::string(64, 'j'), std::string(128, 'r'));
  const std::string name = ClusterName(job, "sixteen-letters-", execution);
  EXPECT_EQ(name.size(), kMaxName);
  EXPECT_TRUE(name.ends_with("-" + execution));
  EXPECT_TRUE(name.starts_with("ecm-sixteen-letters--" + std::string(64, 'j') + "-rrr"));
}

TEST(NamesTest, LeavesTheResourceOutWhereThereIsNoRoom) {
  const std::string execution(160, 'e');
  const std::string name =
      ClusterName(Named(std::string(64, 'j'), std::string(128, 'r')), "s12345678901234", execution);
  EXPECT_LE(name.size(), kMaxName);
  EXPECT_TRUE(name.ends_with("-" + execution));
}

TEST(NamesTest, RefusesStagesAndExecutionsThatEmrWouldRefuse) {
  const auto kind = [](std::string stage, std::string name) -> std::optional<ErrorKind> {
    StackConfig stack;
    stack.stage = std::move(stage);
    const auto result = CheckIdentity(stack, {ExecutionArn("arn"), std::move(name), {}});
    return result ? std::nullopt : std::optional(result.error().kind);
  };
  EXPECT_EQ(kind("dev", "run-1"), std::nullopt);
  for (const char* stage : {"", "Dev", "dev_1", "seventeen-letters"}) {
    EXPECT_EQ(kind(stage, "run-1"), ErrorKind::kInternal) << stage;
  }
  for (const char* name : {"", "a$b", "a\nb", "a`b", "<a>", "\xFF"}) {
    EXPECT_EQ(kind("dev", name), ErrorKind::kInternal) << name;
  }
}

}  // namespace
}  // namespace ecm
