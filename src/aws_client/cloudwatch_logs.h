#pragma once

#include "aws/log_groups.h"
#include "aws_client/service_client.h"

namespace ecm::aws_client {

/// Amazon CloudWatch Logs over signed HTTP: FilterLogEvents, page after page. A page may be empty
/// and yet not be the last.
class CloudWatchLogs : public LogGroups {
 public:
  explicit CloudWatchLogs(ServiceClient& client) : client_(client) {}
  Result<std::vector<LoggedLine>> FindLines(const Region& region, const std::string& group,
                                            const std::string& phrase, WallTime begin, WallTime end,
                                            std::size_t max_lines) override;

 private:
  ServiceClient& client_;
};

}  // namespace ecm::aws_client
