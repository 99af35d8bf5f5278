#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "plan/plan.h"

// Each file of tests/golden/plan holds a stack, an execution and a job, and the plan made of them.
// `ecm_plan_test --write-golden` writes the plans anew: read the difference before it is committed.

namespace ecm {
namespace {

const std::filesystem::path kGolden = "tests/golden/plan";

std::vector<std::filesystem::path> GoldenFiles() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kGolden)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

Result<Json> ReadGolden(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return ParseJson(std::string{std::istreambuf_iterator<char>(file), {}});
}

Result<Plan> PlanOf(const Json& golden) {
  const JobReading reading = ReadJob(golden.at("job"));
  if (!reading.job) return Fail(ToError(reading.problems));
  const Json& given = golden.at("stack");
  StackConfig stack;
  stack.stage = StringOr(given, "stage");
  stack.region = Region(StringOr(given, "region"));
  stack.log_bucket = StringOr(given, "log_bucket");
  stack.subnet = StringOr(given, "subnet");
  stack.service_role = StringOr(given, "service_role", stack.service_role);
  stack.instance_profile = StringOr(given, "instance_profile", stack.instance_profile);
  const Json& execution = golden.at("execution");
  ECM_TRY(const WallTime started, ParseIso8601(StringOr(execution, "started")));
  return MakePlan(*reading.job, stack,
                  {ExecutionArn(StringOr(execution, "arn")), StringOr(execution, "name"), started});
}

Json ToJson(const Plan& plan) {
  JsonArray steps;
  for (const std::string& name : plan.step_names) steps.emplace_back(name);
  return JsonObject{{"cluster_name", plan.cluster_name},
                    {"step_names", std::move(steps)},
                    {"region", plan.region.str()},
                    {"log_uri", plan.log_uri},
                    {"deadline", ToIso8601(plan.deadline)},
                    {"start_deadline", ToIso8601(plan.start_deadline)},
                    {"request", plan.request}};
}

/// 0, or 1 after a message about the first file that cannot be planned.
int WriteGolden() {
  for (const std::filesystem::path& path : GoldenFiles()) {
    Result<Json> golden = ReadGolden(path);
    const Result<Plan> plan = golden ? PlanOf(*golden) : Fail(golden.error());
    if (!plan) {
      std::cerr << path << ": " << plan.error().message << "\n";
      return 1;
    }
    golden->as_object()["plan"] = ToJson(*plan);
    std::ofstream(path, std::ios::binary) << ToPrettyText(*golden) << "\n";
  }
  return 0;
}

TEST(PlanGoldenTest, MakesTheRequestsThatWereReadAndAgreedOn) {
  const std::vector<std::filesystem::path> files = GoldenFiles();
  EXPECT_GE(files.size(), 8U);
  for (const std::filesystem::path& path : files) {
    const Result<Json> golden = ReadGolden(path);
    ASSERT_TRUE(golden.has_value()) << path << ": " << golden.error().message;
    const Result<Plan> plan = PlanOf(*golden);
    ASSERT_TRUE(plan.has_value()) << path << ": " << plan.error().message;
    EXPECT_EQ(ToPrettyText(ToJson(*plan)), ToPrettyText(golden->at("plan"))) << path;
  }
}

}  // namespace
}  // namespace ecm

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc == 2 && std::string_view(argv[1]) == "--write-golden") return ecm::WriteGolden();
  return RUN_ALL_TESTS();
}
