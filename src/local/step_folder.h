#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "local/buckets.h"
#include "local/process_spec.h"
#include "local/step_command.h"

namespace ecm::local {

/// {work_dir}/tmp and {work_dir}/conf.
Result<void> MakeFolders(const std::filesystem::path& work_dir);

Result<void> WriteText(const std::filesystem::path& file, const std::string& text);

/// Where the output of a driver in cluster mode grows until its end.
std::filesystem::path ContainerFolder(const std::filesystem::path& work_dir);

/// Makes the folder of a step ready for its command: checks that the inputs are there, brings its
/// files, writes the configuration. Errors say which of it is missing, and what to do.
Result<ProcessSpec> LayOutStep(const StepCommand& command, const std::filesystem::path& work_dir,
                               const Buckets& buckets);

}  // namespace ecm::local
