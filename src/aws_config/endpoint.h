#pragma once

#include <span>
#include <string>

#include "aws/sigv4.h"
#include "aws_config/settings.h"

namespace ecm::aws_config {

/// The services that we call, as the SDKs name them.
struct Service {
  std::string_view id;  ///< of AWS_ENDPOINT_URL_{ID} and of profiles: "emr", "cloudwatch_logs"
  std::string_view endpoint_prefix;  ///< of the host: "elasticmapreduce", "states"
  std::string_view signing_name;     ///< "elasticmapreduce", "states"
  std::string_view json_target;    ///< before the operation in X-Amz-Target; "" for other protocols
  std::string_view content_type;   ///< "application/x-amz-json-1.1"; "" for REST
  std::string_view query_version;  ///< of the query protocol; "" for other protocols
};

inline constexpr Service kEmr{.id = "emr",
                              .endpoint_prefix = "elasticmapreduce",
                              .signing_name = "elasticmapreduce",
                              .json_target = "ElasticMapReduce",
                              .content_type = "application/x-amz-json-1.1",
                              .query_version = ""};
inline constexpr Service kStepFunctions{.id = "sfn",
                                        .endpoint_prefix = "states",
                                        .signing_name = "states",
                                        .json_target = "AWSStepFunctions",
                                        .content_type = "application/x-amz-json-1.0",
                                        .query_version = ""};
inline constexpr Service kDynamoDb{.id = "dynamodb",
                                   .endpoint_prefix = "dynamodb",
                                   .signing_name = "dynamodb",
                                   .json_target = "DynamoDB_20120810",
                                   .content_type = "application/x-amz-json-1.0",
                                   .query_version = ""};
inline constexpr Service kLogs{.id = "cloudwatch_logs",
                               .endpoint_prefix = "logs",
                               .signing_name = "logs",
                               .json_target = "Logs_20140328",
                               .content_type = "application/x-amz-json-1.1",
                               .query_version = ""};
inline constexpr Service kSns{.id = "sns",
                              .endpoint_prefix = "sns",
                              .signing_name = "sns",
                              .json_target = "",
                              .content_type = "application/x-www-form-urlencoded; charset=utf-8",
                              .query_version = "2010-03-31"};
inline constexpr Service kSts{.id = "sts",
                              .endpoint_prefix = "sts",
                              .signing_name = "sts",
                              .json_target = "",
                              .content_type = "application/x-www-form-urlencoded; charset=utf-8",
                              .query_version = "2011-06-15"};
inline constexpr Service kS3{.id = "s3",
                             .endpoint_prefix = "s3",
                             .signing_name = "s3",
                             .json_target = "",
                             .content_type = "",
                             .query_version = ""};
/// Of the credentials chain alone; its calls are not signed.
inline constexpr Service kSsoPortal{.id = "sso",
                                    .endpoint_prefix = "portal.sso",
                                    .signing_name = "awsssoportal",
                                    .json_target = "",
                                    .content_type = "",
                                    .query_version = ""};

std::span<const Service* const> AllServices();

/// "aws", "aws-cn", "aws-us-gov" …: of a region that nobody knows the one that its form suggests.
std::string_view PartitionOf(const Region& region);

struct Endpoint {
  HttpUrl url;
  SigningScope scope;
};

/// The configured URL where there is one, or else that of the service's rules in botocore 1.44.5
/// for partition, FIPS and dual stack: for S3 the host of the region, before which or after which a
/// bucket is put, for STS the one of the region too. kInvalidJob for an empty region, one that is
/// no part of a host name, a whole partition ("aws-global"), and a configured URL together with
/// FIPS or dual stack.
Result<Endpoint> ResolveEndpoint(const Service& service, const Region& region,
                                 const Settings& settings);

}  // namespace ecm::aws_config
