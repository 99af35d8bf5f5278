#pragma once

#include <string>
#include <vector>

#include "asl/definition.h"

namespace ecm::asl {

/// The states that do a duty, each list by name: entering any one of them is enough.
struct LintRules {
  std::vector<std::string> release = {"Release"};
  std::vector<std::string> report = {"Report"};
  std::vector<std::string> notify = {"Notify"};
  /// Tasks whose failure is meant to end the execution: they need no Catch.
  std::vector<std::string> may_end;
};

/// Whether a machine that runs jobs always cleans up and tells the truth. Correct as a definition
/// it may still
///   - have a Task without a timeout: a lost answer would hold it for ever;
///   - retry a timeout or a missed heartbeat: Retry comes before Catch and would swallow it;
///   - have a Task that ends the execution by failing, or a Catch that leads past a duty;
///   - have a path to an end without release and report, or to a failure without notify.
/// All findings at once, each with a pointer; a path is shown by its states.
std::vector<DefinitionProblem> LintForJobs(const Definition& definition, const LintRules& rules);

}  // namespace ecm::asl
