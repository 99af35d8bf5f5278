#pragma once

#include <string>

#include "aws_config/settings.h"

namespace ecm::aws_config {

/// Where the two files are, for messages: "~/.aws/config" where no variable and no home says.
std::string ConfigFileName(const Environment& environment);
std::string CredentialsFileName(const Environment& environment);

/// "~/x" in the home folder; "" where there is none.
std::string ExpandHome(const Environment& environment, const std::string& path);

/// What two texts together say; the paths are for messages.
Result<SharedConfig> MergeSharedConfig(const std::string& config, const std::string& config_path,
                                       const std::string& credentials,
                                       const std::string& credentials_path);

/// The member, "" where there is none.
std::string Member(const Profile& profile, const std::string& name);

}  // namespace ecm::aws_config
