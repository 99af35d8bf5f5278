#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "sim/testing/planted_defects.h"

// The proof that the proof works: every planted defect is found.

namespace ecm::sim {
namespace {

class PlantedDefectTest : public testing::TestWithParam<PlantedDefect> {};

/// The first seed that breaks something, with what it breaks.
std::optional<Failure> FirstFailure(const PlantedDefect& defect) {
  WorldOptions options;
  options.find_handler = defect.find_handler;
  if (defect.edit) options.definition = EditedDefinition(defect.edit);
  if (!defect.aims.empty()) options.plan = FaultPlan{.aims = defect.aims};
  for (options.seed = 1; options.seed <= defect.within; ++options.seed) {
    const WorldReport world = RunSeed(options);
    if (!world.violations.empty()) return Failure{options.seed, world.violations.front()};
  }
  return std::nullopt;
}

TEST_P(PlantedDefectTest, IsFound) {
  const PlantedDefect& defect = GetParam();
  const std::optional<Failure> failure = FirstFailure(defect);
  ASSERT_TRUE(failure.has_value())
      << defect.name << ": not found within " << defect.within << " seeds";
  fmt::print("| {} | {} | {} |\n", defect.name, failure->violation.invariant, failure->seed);
  EXPECT_TRUE(defect.broken.contains(failure->violation.invariant))
      << defect.name << ": " << failure->violation.invariant << ", " << failure->violation.what;
}

std::string NameOf(const testing::TestParamInfo<PlantedDefect>& info) {
  std::string name;
  bool up = true;
  for (const char character : info.param.name) {
    const bool letter = std::isalnum(static_cast<unsigned char>(character)) != 0;
    if (letter) name += up ? static_cast<char>(std::toupper(character)) : character;
    up = !letter;
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, PlantedDefectTest,
                         testing::ValuesIn(PlantedDefects().begin(), PlantedDefects().end()),
                         NameOf);

TEST(PlantedDefectsTest, AreAtLeastTwenty) { EXPECT_GE(PlantedDefects().size(), 20u); }

}  // namespace
}  // namespace ecm::sim
