#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "asl/execution.h"
#include "sfn_model/registry.h"
#include "store/document_store.h"

namespace ecm::sfn_model {

/// How an execution ended, as it was told: it stays true whatever a later program makes of the
/// events.
struct Ending {
  std::string output_text;  ///< of a success
  std::string error;
  std::string cause;
};

/// What must outlive executions in memory and the process: changes for the store, and the events of
/// executions, read back from there or, without a store, from here.
class Journal {
 public:
  Journal(bool keep_changes, const DocumentStore* store)
      : keep_changes_(keep_changes), store_(store) {}

  bool ReadsFromStore() const { return store_ != nullptr; }

  void Put(const MachineRecord& machine);
  void Remove(const MachineRecord& machine);
  void Put(DefinitionRecord& definition);
  void RemoveDefinition(const std::string& id);

  /// The execution as List tells it.
  void Put(const ExecutionRecord& execution);
  /// Its next event; the first one carries what it was started with.
  void AddEvent(ExecutionRecord& execution, Json event, WallTime now);
  void PutEnding(const ExecutionRecord& execution, const Ending& ending);
  /// Forgets all events from number `kept` on.
  void Truncate(ExecutionRecord& execution, std::size_t kept);
  /// Everything of the execution.
  void Remove(const ExecutionRecord& execution);

  std::vector<Document> Take();
  /// What was taken last could not be stored: the next Take gives it first.
  void PutBack(std::vector<Document> taken);
  /// Remembers the events that are in `store`, where it does not read them from there.
  Result<void> Restore(const DocumentStore& store);

  /// kInternal where what was put cannot be read back.
  Result<std::vector<Json>> LoadEvents(const ExecutionRecord& execution) const;
  Result<Json> LoadFirstEvent(const ExecutionRecord& execution) const;
  Result<Ending> LoadEnding(const ExecutionRecord& execution) const;

 private:
  struct Kept {
    std::vector<std::string> events;
    std::string ending;
  };

  void Change(std::string_view kind, std::string id, Json body);
  Result<Json> LoadOne(const std::string& id) const;

  const bool keep_changes_;
  const DocumentStore* const store_;
  std::vector<Document> changes_;
  std::unordered_map<ExecutionArn, Kept> kept_;  ///< without a store
  /// Those that cannot be read back yet: not taken, or taken and being committed.
  std::unordered_map<ExecutionArn, Ending> fresh_;
  std::unordered_map<ExecutionArn, Ending> committing_;
};

}  // namespace ecm::sfn_model
