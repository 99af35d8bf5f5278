// The state machine that is deployed, read from the tree: it can be run here and keeps the promises
// that the lint checks.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "asl/lint.h"
#include "asl/testing/player.h"

namespace ecm::asl {
namespace {

/// Terraform's placeholder for the partition is the only one that the language does not allow.
Json ShippedDefinition() {
  std::ifstream file("deploy/state_machine.asl.json");
  std::string text(std::istreambuf_iterator<char>(file), {});
  const std::string placeholder = "${partition}";
  for (std::size_t at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder)) {
    text.replace(at, placeholder.size(), "aws");
  }
  return Parsed(text);
}

LintRules Duties() {
  LintRules rules;
  rules.notify = {"Notify", "NotifyUnreported", "NotifyNotDeployed"};
  return rules;
}

Names Findings(const Json& document) {
  const DefinitionReading reading = ReadDefinition(document);
  Names findings;
  for (const DefinitionProblem& problem : reading.problems) {
    findings.push_back(problem.pointer + ": " + problem.message);
  }
  if (reading.definition == nullptr) return findings;
  for (const DefinitionProblem& problem : LintForJobs(*reading.definition, Duties())) {
    findings.push_back(problem.pointer + ": " + problem.message);
  }
  return findings;
}

TEST(ShippedDefinitionTest, CanBeRunAndAlwaysCleansUpAndTells) {
  EXPECT_EQ(Findings(ShippedDefinition()), Names{});
}

TEST(ShippedDefinitionTest, NoCatchCanBeTakenAwayUnnoticed) {
  const Json shipped = ShippedDefinition();
  int tasks = 0;
  for (const auto& state : shipped.at("States").as_object()) {
    if (StringOr(state.value(), "Type") != "Task") continue;
    ++tasks;
    Json mutant = shipped;
    mutant.at("States").at(state.key()).as_object().erase("Catch");
    EXPECT_NE(Findings(mutant), Names{}) << state.key();
  }
  EXPECT_GE(tasks, 5);
}

TEST(ShippedDefinitionTest, NoTimeoutCanBeTakenAwayUnnoticed) {
  const Json shipped = ShippedDefinition();
  for (const auto& state : shipped.at("States").as_object()) {
    if (StringOr(state.value(), "Type") != "Task") continue;
    Json mutant = shipped;
    mutant.at("States").at(state.key()).as_object().erase("TimeoutSeconds");
    mutant.at("States").at(state.key()).as_object().erase("TimeoutSecondsPath");
    EXPECT_NE(Findings(mutant), Names{}) << state.key();
  }
}

}  // namespace
}  // namespace ecm::asl
