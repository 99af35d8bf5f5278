#pragma once

#include <functional>
#include <string>

#include "cli/context.h"
#include "local/spark_settings.h"
#include "local_stack/emr_host.h"
#include "local_stack/state_folder.h"

namespace ecm::cli {

/// Of the stack on this machine.
inline constexpr const char* kLocalStage = "local";
/// Where jobs log that name no bucket.
inline constexpr const char* kLocalLogBucket = "logs";

/// Spark of this machine, or why there is none.
Result<local::LocalSparkSettings> FindSpark(const Context& context);

/// What runs the steps of a local stack, in `folder`. Without Spark only steps that need it fail.
/// `on_note` is told what a person should know of a step.
local_stack::MakeStepRunner LocalRunners(
    const local_stack::StateFolder& folder, const Result<local::LocalSparkSettings>& spark,
    Context& context,
    std::function<void(const emr_model::StepLaunch& launch, const std::string& note)> on_note);

}  // namespace ecm::cli
