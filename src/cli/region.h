#pragma once

#include <string>

#include "env/environment.h"
#include "job/job.h"

namespace ecm::cli {

/// The stack's region as the command line gives it: the option, else the job's own, else AWS_REGION
/// or AWS_DEFAULT_REGION; "" where none of them is set.
Region ChooseRegion(const std::string& option, const Job& job, const Environment& environment);

}  // namespace ecm::cli
