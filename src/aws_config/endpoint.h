#pragma once

#include <string>

#include "aws/sigv4.h"
#include "aws_config/settings.h"

namespace ecm::aws_config {

/// The services that we call, as the SDKs name them.
struct Service {
  std::string_view id;               ///< of AWS_ENDPOINT_URL_{ID} and of profiles: "emr", "sfn"
  std::string_view endpoint_prefix;  ///< of the host: "elasticmapreduce", "states"
  std::string_view signing_name;     ///< "elasticmapreduce", "states"
  std::string_view json_target;    ///< before the operation in X-Amz-Target; "" for other protocols
  std::string_view content_type;   ///< "application/x-amz-json-1.1"
  std::string_view query_version;  ///< of the query protocol; "" for other protocols
};

extern const Service kEmr;
extern const Service kStepFunctions;
extern const Service kDynamoDb;
extern const Service kLogs;
extern const Service kSns;
extern const Service kSts;
extern const Service kS3;

/// "aws", "aws-cn", "aws-us-gov" …: of a region that nobody knows the one that its form suggests.
std::string_view PartitionOf(const Region& region);

struct Endpoint {
  HttpUrl url;
  SigningScope scope;
};

/// The configured URL where there is one (it excludes FIPS and dual stack), or else that of the
/// service's rules in botocore 1.44.5 for partition, FIPS and dual stack. kInvalidJob for an empty
/// region and for what a partition does not have.
Result<Endpoint> ResolveEndpoint(const Service& service, const Region& region,
                                 const Settings& settings);

}  // namespace ecm::aws_config
