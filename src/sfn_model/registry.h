#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/ids.h"
#include "sfn_model/definitions.h"
#include "sfn_model/live.h"
#include "sfn_model/names.h"

namespace ecm::sfn_model {

struct MachineRecord;

/// What List needs of an execution; the rest is in `live`, or in the journal once that is gone.
struct ExecutionRecord {
  ExecutionArn arn;
  std::string name;
  MachineRecord* machine = nullptr;
  DefinitionRef definition;
  std::uint64_t seed = 0;
  std::uint64_t sequence = 0;  ///< in the order of the starts
  WallTime started;
  WallTime stopped;  ///< the epoch while it runs
  asl::Status status = asl::Status::kRunning;
  std::size_t log_size = 0;  ///< events in the journal
  bool told = false;         ///< its end has been told
  /// Why it could not be brought back: it fails at the next Advance. "" for nothing.
  std::string misfit;
  std::size_t fitted = 0;  ///< so many of its events do fit, with a misfit
  std::unique_ptr<Live> live;
  std::string token;  ///< under which the registry knows it

  bool IsRunning() const { return status == asl::Status::kRunning; }
};

struct MachineRecord {
  std::string arn;
  std::string name;
  Place place;
  DefinitionRef definition;
  std::string role_arn;
  WallTime created;
  Json logging = JsonObject{{"level", "OFF"}, {"includeExecutionData", false}};
  Json tracing = JsonObject{{"enabled", false}};
  bool built_in = false;
  bool deleting = false;
  std::size_t running = 0;
  std::map<std::uint64_t, ExecutionRecord*> executions;  ///< by sequence
};

/// All state machines and executions, and the orders in which they are looked for.
class Registry {
 public:
  using ByName = std::map<std::string, std::unique_ptr<MachineRecord>>;

  /// `machine.arn` must be new.
  MachineRecord& Add(MachineRecord machine);
  MachineRecord* FindMachine(const std::string& arn) const;
  const ByName& InRegion(const Region& region) { return regions_[region]; }
  std::vector<MachineRecord*> Deleting() const;
  void Remove(MachineRecord& machine);

  /// `execution.arn` must be new and `machine` be set; a sequence of 0 is replaced by the next one.
  ExecutionRecord& Add(ExecutionRecord execution);
  ExecutionRecord* Find(const ExecutionArn& arn) const;
  ExecutionRecord* FindByToken(const std::string& token) const;
  std::vector<ExecutionArn> Running() const;
  void Remove(ExecutionRecord& execution);

  /// The token that the execution waits for now, "" for none.
  void SetToken(ExecutionRecord& execution, std::string token);
  void MarkEnded(ExecutionRecord& execution);
  /// The execution that ended first, where it was at `until` or before.
  ExecutionRecord* EndedBefore(WallTime until);

  void Schedule(const ExecutionRecord& execution, asl::ActivityId timer, WallTime due);
  std::optional<WallTime> NextDue() const;
  /// Takes the earliest timer out of the queue if it is due at `now`.
  std::optional<std::pair<ExecutionRecord*, asl::ActivityId>> PopDue(WallTime now);

 private:
  std::map<Region, ByName> regions_;
  std::unordered_map<std::string, MachineRecord*> machines_;
  std::unordered_map<ExecutionArn, std::unique_ptr<ExecutionRecord>> executions_;
  std::map<std::uint64_t, ExecutionRecord*> by_sequence_;
  std::map<std::uint64_t, ExecutionRecord*> running_;
  std::unordered_map<std::string, ExecutionRecord*> by_token_;
  std::set<std::pair<WallTime, std::uint64_t>> ended_;
  /// Due, sequence of the execution, timer.
  std::set<std::tuple<WallTime, std::uint64_t, asl::ActivityId>> queue_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace ecm::sfn_model
