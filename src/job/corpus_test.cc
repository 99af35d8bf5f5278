#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/json.h"
#include "job/job.h"

// The same corpus as tests/python/job/test_schema.py: code and schema give the same verdicts.

namespace ecm {
namespace {

const std::filesystem::path kCorpus = "tests/job_corpus";

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.is_open()) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

JsonArray Cases() {
  const Result<Json> cases = ParseJson(ReadFile(kCorpus / "verdicts.json"));
  EXPECT_TRUE(cases.has_value() && cases->is_array());
  return cases.has_value() && cases->is_array() ? cases->get_array() : JsonArray{};
}

/// Where the problems are, sorted, as in the case's `at`.
JsonArray Places(const JobReading& reading) {
  std::vector<std::string> pointers;
  for (const JobProblem& problem : reading.problems) pointers.push_back(problem.pointer);
  std::ranges::sort(pointers);
  JsonArray places;
  for (const std::string& pointer : pointers) places.emplace_back(pointer);
  return places;
}

TEST(JobCorpusTest, GivesEveryDescriptionItsVerdictAndPlaces) {
  const JsonArray cases = Cases();
  EXPECT_GE(cases.size(), 80U);
  for (const Json& one : cases) {
    const std::string file = StringOr(one, "file");
    const JobReading reading = ReadJob(ReadFile(kCorpus / file));
    EXPECT_EQ(reading.job.has_value() ? "good" : "bad", StringOr(one, "verdict")) << file;
    EXPECT_EQ(ToText(Places(reading)), ToText(FindArray(one, "at"))) << file;
  }
}

TEST(JobCorpusTest, HasACaseForEveryFile) {
  std::set<std::string> files, named;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kCorpus)) {
    if (!entry.is_regular_file() || entry.path().parent_path() == kCorpus) continue;
    files.insert(std::filesystem::relative(entry.path(), kCorpus).string());
  }
  for (const Json& one : Cases()) named.insert(StringOr(one, "file"));
  EXPECT_EQ(files, named);
}

TEST(JobCorpusTest, SaysSomethingShortAndPrintableAboutEveryProblem) {
  for (const Json& one : Cases()) {
    const std::string file = StringOr(one, "file");
    for (const JobProblem& problem : ReadJob(ReadFile(kCorpus / file)).problems) {
      EXPECT_GT(problem.message.size(), 10U) << file;
      EXPECT_LT(problem.message.size(), 500U) << file;
    }
  }
}

}  // namespace
}  // namespace ecm
