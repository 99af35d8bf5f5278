#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "plan/plan.h"

// Random damage to the corpus of descriptions: whatever comes out of it, reading ends, and what is
// accepted is fit to be run.

namespace ecm {
namespace {

std::vector<std::string> Corpus(std::string_view verdict) {
  const auto root = std::filesystem::path("tests/job_corpus") / verdict;
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(root)) {
    if (entry.file_size() < 10000) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<std::string> texts;
  for (const auto& path : paths) {
    std::ifstream file(path, std::ios::binary);
    texts.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return texts;
}

class Damage {
 public:
  Damage(std::uint64_t seed, const std::vector<std::string>& good,
         const std::vector<std::string>& bad)
      : random_(seed), good_(good), bad_(bad) {}

  std::string Next() {
    std::string text = good_[Below(good_.size())];
    for (std::size_t times = 1 + Below(3); times > 0; --times) Damaged(text);
    return text;
  }

 private:
  std::size_t Below(std::size_t bound) { return random_() % bound; }

  void Damaged(std::string& text) {
    using namespace std::string_view_literals;
    static constexpr std::string_view kBytes =
        "-\"\\{}[],:/. $`;\n\0\x1b\x7f\xc2\x80\xff"
        "019eEtn"sv;
    if (text.empty()) return;
    const std::size_t at = Below(text.size());
    switch (Below(4)) {
      case 0:
        text[at] = kBytes[Below(kBytes.size())];
        break;
      case 1:
        text.insert(at, 1 + Below(2), kBytes[Below(kBytes.size())]);
        break;
      case 2:
        text.erase(at, 1 + Below(4));
        break;
      default: {
        const std::string& other = bad_[Below(bad_.size())];
        text.insert(at, other.substr(Below(other.size() + 1), Below(20)));
      }
    }
  }

  std::mt19937_64 random_;
  const std::vector<std::string>& good_;
  const std::vector<std::string>& bad_;
};

/// Of spark-submit's arguments the options are ours; what a job says stands behind its own prefix.
void ExpectFitToRun(const Plan& plan, const std::string& text) {
  const Json& step = FindArray(plan.request, "Steps").at(0);
  const JsonArray& args = FindArray(*Find(step, "HadoopJarStep"), "Args");
  ASSERT_GE(args.size(), 8U) << text;
  ASSERT_EQ(args.size() % 2, 0U) << text;
  for (std::size_t i = 1; i + 1 < args.size(); i += 2) {
    const std::string_view option = args[i].as_string();
    const std::string_view value = args[i + 1].as_string();
    EXPECT_TRUE(option.starts_with("--")) << text;
    EXPECT_FALSE(value.starts_with('-')) << text;
    if (option == "--conf") {
      EXPECT_TRUE(value.starts_with("spark.")) << text;
    }
  }
  const std::string_view entry = args.back().as_string();
  EXPECT_TRUE(entry.starts_with("s3") && entry.ends_with(".py")) << text;
  EXPECT_EQ(entry.find_first_of(", \n\t#?*$`;"), entry.npos) << text;
  EXPECT_EQ(plan.cluster_name.find_first_of("<>$|`\n"), std::string::npos) << text;
  EXPECT_LE(plan.cluster_name.size(), 256U) << text;
}

TEST(HostilePlanTest, MakesOnlyPlansThatAreFitToRunOfDamagedDescriptions) {
  constexpr std::uint64_t kSeed = 20261122;
  const std::vector<std::string> good = Corpus("good"), bad = Corpus("bad");
  ASSERT_GE(good.size() + bad.size(), 80U);
  Damage damage(kSeed, good, bad);
  StackConfig stack;
  const ExecutionIdentity execution = {ExecutionArn("arn"), "run-1", WallTime{}};
  int read = 0, refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string text = damage.Next();
    const JobReading reading = ReadJob(text);
    ASSERT_NE(reading.job.has_value(), !reading.problems.empty())
        << "seed " << kSeed << ": " << text;
    if (!reading.job) {
      ++refused;
      continue;
    }
    stack.region = reading.job->region.empty() ? Region("eu-west-1") : reading.job->region;
    const Result<Plan> plan = MakePlan(*reading.job, stack, execution);
    if (!plan) continue;
    ++read;
    ExpectFitToRun(*plan, text);
  }
  EXPECT_GT(read, 500);
  EXPECT_GT(refused, 5000);
}

}  // namespace
}  // namespace ecm
