#pragma once

#include "aws_client/service_client.h"
#include "env/random.h"
#include "store/job_store.h"

namespace ecm::aws_client {

/// One item per execution in a table of Amazon DynamoDB (deploy/job_table.json):
///   execution  S  the key
///   revision   N  what Put compares
///   document   S  the record, as job_record.cc writes it
///   writer     S  who wrote this revision: a new one for each Put
///   cluster    S  only where there is one; index `by-cluster`
///   open       S  the stage, only where IsOpen(record); index `open`
///   expires    N  epoch seconds: DynamoDB deletes the item after it
/// Safe to use from several threads if `random` is.
class DynamoDbJobStore : public JobStore {
 public:
  struct Options {
    Region region;
    std::string table;
    std::string stage;
    Duration kept_after_deadline = std::chrono::days{90};
  };
  DynamoDbJobStore(ServiceClient& client, Random& random, Options options)
      : client_(client), random_(random), options_(std::move(options)) {}

  Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override;
  Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override;
  Result<JobRecord> Put(const JobRecord& record) override;
  Result<std::vector<JobRecord>> ListOpen() override;

 private:
  Result<Json> Call(std::string_view operation, JsonObject input);
  Result<Json> GetItem(const ExecutionArn& execution);
  Result<std::vector<JobRecord>> GetAll(const std::vector<std::string>& executions);
  Result<std::vector<std::string>> OpenExecutions();
  /// After a Put that may have been applied: whether it was, or `otherwise`.
  Result<JobRecord> LookFor(const JobRecord& next, const std::string& writer, Error otherwise);

  ServiceClient& client_;
  Random& random_;
  Options options_;
};

}  // namespace ecm::aws_client
