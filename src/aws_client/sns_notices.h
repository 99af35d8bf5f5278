#pragma once

#include "aws/notices.h"
#include "aws_client/service_client.h"

namespace ecm::aws_client {

/// One topic of Amazon SNS, in the region that its ARN names. An unknown outcome is tried again: a
/// notice that comes twice is better than one that never comes.
class SnsNotices : public Notices {
 public:
  SnsNotices(ServiceClient& client, std::string topic_arn)
      : client_(client), topic_arn_(std::move(topic_arn)) {}
  Result<void> Publish(const std::string& subject, const std::string& message) override;

 private:
  ServiceClient& client_;
  std::string topic_arn_;
};

}  // namespace ecm::aws_client
