#pragma once

#include <functional>

#include "lifecycle/handlers.h"

// Ports that spoil what goes through them.

namespace ecm::sim {

/// EMR whose calls go through `spoil`, which may call `real`.
class SpoiltEmr : public EmrApi {
 public:
  using Spoil = std::function<Result<Json>(EmrApi& real, const Region& region,
                                           std::string_view operation, const Json& request)>;
  SpoiltEmr(EmrApi& real, Spoil spoil) : real_(real), spoil_(std::move(spoil)) {}
  Result<Json> Call(const Region& region, std::string_view operation,
                    const Json& request) override {
    return spoil_(real_, region, operation, request);
  }

 private:
  EmrApi& real_;
  Spoil spoil_;
};

/// A job store that changes records on their way in and out.
class SpoiltStore : public JobStore {
 public:
  using Change = std::function<void(JobRecord&)>;
  SpoiltStore(JobStore& real, Change out, Change in)
      : real_(real), out_(std::move(out)), in_(std::move(in)) {}

  Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) override {
    Result<std::optional<JobRecord>> record = real_.Get(execution);
    if (out_ && record && *record) out_(**record);
    return record;
  }
  Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) override {
    return real_.FindByCluster(cluster);
  }
  Result<JobRecord> Put(const JobRecord& record) override {
    JobRecord put = record;
    if (in_) in_(put);
    return real_.Put(put);
  }
  Result<std::vector<JobRecord>> ListOpen() override { return real_.ListOpen(); }

 private:
  JobStore& real_;
  Change out_;
  Change in_;
};

/// The ports with another job store.
inline lifecycle::Ports WithJobs(const lifecycle::Ports& ports, JobStore& jobs) {
  return {ports.clock,   ports.random,     ports.log,     ports.emr,   jobs,          ports.tokens,
          ports.objects, ports.executions, ports.notices, ports.stack, ports.patience};
}

}  // namespace ecm::sim
