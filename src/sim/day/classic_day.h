#pragma once

#include "sim/day/day_figures.h"
#include "sim/day/day_plan.h"

namespace ecm::sim {

/// The same day with what most people write first: RunJobFlow, then DescribeCluster and ListSteps
/// every 120 seconds until the cluster has ended. Nothing is tried again: the first call that is
/// refused ends the job, and nobody watches its cluster any more.
DayFigures RunClassicDay(const DayOptions& options);

}  // namespace ecm::sim
