#pragma once

#include <memory>
#include <optional>
#include <string>

#include "aws/sigv4.h"
#include "aws_config/settings.h"

namespace ecm::aws_config {

struct ResolvedCredentials {
  Credentials credentials;
  std::optional<WallTime> expires;  ///< nothing: they last
  std::string source;               ///< for people: "environment", "profile dev (sso_session)"
};

/// Where credentials come from. Get answers the same ones until they are about to expire and then
/// new ones; old ones that still work are better than an error. Safe to call from several threads.
/// Errors: kAccessDenied where there are none: the message names every place that was tried and
/// why it gave nothing; kUnavailable where the place exists and does not answer.
class CredentialsProvider {
 public:
  virtual ~CredentialsProvider() = default;
  virtual Result<ResolvedCredentials> Get() = 0;
  /// The service refused them as expired: the next Get does not answer from memory.
  virtual void Forget() = 0;
};

/// The chain of botocore 1.44.5, in its order: environment (not where the command line names a
/// profile), role_arn of the profile with source_profile or credential_source, web identity
/// (environment, then profile), sso_session and sso_start_url, keys of the credentials file,
/// credential_process, keys of the config file, container, EC2 metadata (version 2 only). A place
/// that is configured and fails ends the search. What `ports` names outlives the provider.
std::unique_ptr<CredentialsProvider> MakeCredentialsChain(const Settings& settings,
                                                          const Ports& ports);

/// The environment alone, read anew each time: what AWS Lambda promises to a function.
std::unique_ptr<CredentialsProvider> MakeEnvironmentCredentials(const Environment& environment);

}  // namespace ecm::aws_config
