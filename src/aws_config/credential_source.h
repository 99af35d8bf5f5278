#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "aws_config/credentials.h"

// The places that credentials come from, one function each.

namespace ecm::aws_config {

/// The place is not in use here: the search goes on.
struct NotHere {
  std::string why;  ///< "" where nobody would look for it
};
/// An error means that the place is in use and broken: the search ends.
using Found = std::variant<NotHere, ResolvedCredentials>;

/// What every place may look at.
struct SourceContext {
  const Settings& settings;
  const Ports& ports;
};

Result<Found> FromEnvironment(const Environment& environment);
/// role_arn with source_profile, whose own role is taken first, or credential_source.
Result<Found> FromRole(const SourceContext& context, const std::string& profile);
/// `with_environment`: AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN and AWS_ROLE_SESSION_NAME stand
/// before the members of the profile.
Result<Found> FromWebIdentity(const SourceContext& context, const std::string& profile,
                              bool with_environment);
/// The token of `aws sso login`, changed for keys of sso_account_id and sso_role_name.
Result<Found> FromSso(const SourceContext& context, const std::string& profile);
/// A pair of keys in one of the two files.
Result<Found> FromCredentialsFile(const SourceContext& context, const std::string& profile);
Result<Found> FromProcess(const SourceContext& context, const std::string& profile);
Result<Found> FromConfigFile(const SourceContext& context, const std::string& profile);
/// What Amazon ECS, EKS and others give to a container.
Result<Found> FromContainer(const SourceContext& context);
/// The role of the Amazon EC2 instance, by version 2 of its metadata.
Result<Found> FromInstanceMetadata(const SourceContext& context);

/// Where a profile itself, without the environment, may have credentials: all but role_arn, in
/// botocore's order.
Result<Found> FromProfile(const SourceContext& context, const std::string& profile);

/// The profile, empty where there is none of that name.
const Profile& ProfileNamed(const SourceContext& context, const std::string& name);

/// "profile dev", fit for a message.
std::string ProfileText(const std::string& profile);

/// "emr-cluster-manager-1767323045": of a role that nobody named a session for.
std::string DefaultSessionName(const Clock& clock);

}  // namespace ecm::aws_config
