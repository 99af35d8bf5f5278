#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "aws_config/credentials.h"

// The places that credentials come from, one function each.

namespace ecm::aws_config {

/// The place is not in use here: the search goes on.
struct NotHere {
  std::string why;
};
/// An error means that the place is in use and broken: the search ends.
using Found = std::variant<NotHere, ResolvedCredentials>;

/// What every place may look at.
struct SourceContext {
  const Settings& settings;
  const Ports& ports;
};

Result<Found> FromEnvironment(const Environment& environment);
/// A pair of keys in one of the two files.
Result<Found> FromCredentialsFile(const SourceContext& context, const std::string& profile);
Result<Found> FromConfigFile(const SourceContext& context, const std::string& profile);

/// The profile, empty where there is none of that name.
const Profile& ProfileNamed(const SourceContext& context, const std::string& name);

/// "profile dev", fit for a message.
std::string ProfileText(const std::string& profile);

}  // namespace ecm::aws_config
