#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/ids.h"
#include "base/result.h"
#include "env/clock.h"
#include "env/environment.h"
#include "env/files.h"
#include "env/http_transport.h"
#include "env/log.h"
#include "env/programs.h"
#include "env/random.h"

namespace ecm::aws_config {

/// What the configuration of AWS clients is read from.
struct Ports {
  const Environment& environment;
  const Files& files;
  Programs& programs;
  HttpTransport& http;
  Clock& clock;
  Random& random;
  Log& log;
};

/// A profile of the shared configuration: its members as written, names in lower case; nested ones
/// (s3, services) as "s3.addressing_style".
using Profile = std::map<std::string, std::string>;

/// The files ~/.aws/config and ~/.aws/credentials (AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE),
/// merged as botocore merges them: credentials win, member by member. Of two sections that mean the
/// same profile ([default] and [profile default]) the later one counts.
struct SharedConfig {
  std::map<std::string, Profile> profiles;
  std::map<std::string, Profile> sso_sessions;
  std::map<std::string, Profile> services;
  /// The profiles of each file alone: a pair of keys is taken from one file, never from both.
  std::map<std::string, Profile> config_file;
  std::map<std::string, Profile> credentials_file;
};
/// Files that are not there are empty; kInvalidJob with file and line for what cannot be read (a
/// section or a member that stands there twice among it), kAccessDenied for a file that may not be
/// read.
Result<SharedConfig> ReadSharedConfig(const Environment& environment, const Files& files);

/// What a person said on the command line; "" where nothing.
struct Overrides {
  std::string profile;
  std::string region;
  std::string endpoint_url;
};

/// Where calls go and on whose behalf, found as version 2 of the AWS CLI finds it: command line,
/// environment, profile. A variable that is set to nothing counts as not set.
struct Settings {
  /// Command line, AWS_PROFILE, AWS_DEFAULT_PROFILE, or else "default".
  std::string profile = "default";
  bool profile_asked = false;            ///< somebody named it: then it must exist
  bool profile_on_command_line = false;  ///< then credentials in the environment do not count
  /// Command line, AWS_REGION, AWS_DEFAULT_REGION, profile (botocore alone does not know
  /// AWS_REGION; the AWS CLI and all other SDKs do). "" where nobody says: what needs one says so.
  Region region;
  /// The command line's: for every service, before endpoint_urls, but not for the calls that only
  /// fetch credentials (as in the AWS CLI).
  std::string endpoint_url;
  /// By the SDKs' service id in lower case with underscores ("emr", "sfn", "dynamodb"); "" for all.
  std::map<std::string, std::string> endpoint_urls;
  bool use_fips = false;
  bool use_dual_stack = false;
  std::string ca_bundle;       ///< AWS_CA_BUNDLE or the profile's ca_bundle
  bool imds_disabled = false;  ///< AWS_EC2_METADATA_DISABLED
  /// AWS_EC2_METADATA_SERVICE_ENDPOINT, or the well-known address (of IPv6 where
  /// AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE says so).
  std::string imds_endpoint = "http://169.254.169.254/";
  SharedConfig shared;
};

/// kInvalidJob for a profile that was asked for and is not there (the message names those that
/// are), a region that is no host label, an endpoint URL that is none.
Result<Settings> ResolveSettings(const Overrides& overrides, const Environment& environment,
                                 const Files& files);

/// Whether a region can be part of a host name: letters, digits and hyphens, not digits alone.
bool IsRegionName(std::string_view region);

}  // namespace ecm::aws_config
