#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws_config/credential_source.h"

namespace ecm::aws_config {

/// One call of AWS STS that answers with credentials.
struct StsCall {
  std::string_view action;  ///< "AssumeRole", "AssumeRoleWithWebIdentity"
  std::vector<std::pair<std::string, std::string>> parameters;
  const Credentials* signer = nullptr;  ///< nobody: the call is not signed
  std::string source;                   ///< what the credentials will say of themselves
};

/// To the endpoint of the settings' region, tried once more where it does not answer. kAccessDenied
/// with STS's code where it refuses, kUnavailable where it does not answer or nothing of use.
Result<ResolvedCredentials> CallSts(const SourceContext& context, const StsCall& call);

}  // namespace ecm::aws_config
