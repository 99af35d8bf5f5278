#pragma once

#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "job/job.h"
#include "plan/plan.h"

namespace ecm::cli {

/// What would be asked of EMR: a table for people, or the exact RunJobFlow request.
ExitCode RunPlan(const PlanOptions& options, Context& context);

/// The plan in a few lines, fit for a terminal.
std::vector<std::string> DescribePlan(const Job& job, const Plan& plan);

}  // namespace ecm::cli
