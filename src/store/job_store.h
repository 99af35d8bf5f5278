#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/json.h"
#include "base/time.h"

namespace ecm {

/// All that is known of one execution. Times are absolute, so that nothing resets them.
struct JobRecord {
  ExecutionArn execution;
  std::int64_t revision = 0;  ///< 0: not stored yet

  std::string cluster_name;             ///< deterministic: how a lost cluster is found again
  std::vector<std::string> step_names;  ///< the steps that must be COMPLETED
  Region region;
  std::string log_uri;  ///< "" without logs
  WallTime started{};
  WallTime deadline{};        ///< the whole job must be over
  WallTime start_deadline{};  ///< the cluster must run its first step

  /// Set before each RunJobFlow, cleared when it surely was not applied. With no cluster id beside
  /// it the outcome of that call is unknown.
  std::optional<WallTime> attempted;
  std::int64_t attempts = 0;
  ClusterId cluster;
  TaskToken token;  ///< "" while nobody waits
  /// When somebody came to answer the token while nobody waited: the next wait ends at once.
  std::optional<WallTime> woken;
  bool aborted = false;   ///< tombstone: whoever still creates a cluster must end it
  std::string verdict;    ///< "" until inspect has decided
  bool released = false;  ///< no cluster of this job is left
  std::optional<Json> outcome;
  bool notified = false;

  bool operator==(const JobRecord&) const = default;
};

/// Whether the job has failed and people have not been told. (Of a success nobody is told.)
bool IsUntold(const JobRecord& record);

/// Whether a RunJobFlow of this job may have made a cluster that nobody has found or ruled out.
bool IsUnsettled(const JobRecord& record);

/// Whether somebody still has to see to this job: it has no outcome yet, or IsUntold, or
/// IsUnsettled.
bool IsOpen(const JobRecord& record);

/// The record as a JSON document, `v` 1; DynamoDB and SQLite store this document. Its `open` is
/// IsOpen(record): stores index it, and nobody reads it back.
Json ToJson(const JobRecord& record);
Result<JobRecord> JobRecordFromJson(const Json& json);

class JobStore {
 public:
  virtual ~JobStore() = default;
  /// Strongly consistent; nothing where there is no such execution.
  virtual Result<std::optional<JobRecord>> Get(const ExecutionArn& execution) = 0;
  /// May lag behind Put: an index.
  virtual Result<std::optional<JobRecord>> FindByCluster(const ClusterId& cluster) = 0;
  /// Stores `record` if what is stored has the revision that `record` carries (0: nothing is
  /// stored) and answers the record with its new revision. kConflict otherwise.
  virtual Result<JobRecord> Put(const JobRecord& record) = 0;
  /// Every record that IsOpen, from all pages, in no particular order. May lag behind Put: an
  /// index. What is answered may be settled by now, so that whoever acts on a record reads it
  /// again.
  virtual Result<std::vector<JobRecord>> ListOpen() = 0;
};

}  // namespace ecm
