#pragma once

#include "aws/emr_api.h"
#include "aws_client/service_client.h"

namespace ecm::aws_client {

/// Amazon EMR over signed HTTP. Reading, TerminateJobFlows and SetTerminationProtection are tried
/// again whatever happened; everything else only where it surely was not applied: RunJobFlow and
/// AddJobFlowSteps have no token that would make a second call the same as the first.
class EmrHttp : public EmrApi {
 public:
  explicit EmrHttp(ServiceClient& client) : client_(client) {}
  Result<Json> Call(const Region& region, std::string_view operation, const Json& request) override;

 private:
  ServiceClient& client_;
};

}  // namespace ecm::aws_client
