#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sfn_model/journal.h"
#include "sfn_model/outbox.h"
#include "sfn_model/registry.h"
#include "sfn_model/sfn_model.h"

namespace ecm::sfn_model {

/// Moves executions on: every event goes through Tell, into the journal and to whoever listens.
class Life {
 public:
  Life(const Options& options, const Clock& clock, Random& random, Definitions& definitions,
       Registry& registry, Journal& journal, Outbox& outbox);

  /// The built-in state machines are there from now on, where no other one has their name.
  void EnterRegion(const Region& region);

  /// `input` is what `input_text` says.
  ExecutionRecord& Start(MachineRecord& machine, std::string name, std::string input_text,
                         Json input, std::string trace_header);
  /// Ignored where nobody waits for it.
  void Tell(ExecutionRecord& execution, const asl::Event& event);
  void Advance();

  /// The state machine is gone, with its executions, as soon as none of them runs.
  void Delete(MachineRecord& machine);
  /// The service forgets an execution 90 days after its end (facts: events, Step Functions limits).
  void ForgetOld();

  /// The execution with its history, also after its end; kInternal where it cannot be read back.
  /// Valid until the next call of anything here.
  Result<const asl::Execution*> Recall(const ExecutionRecord& execution);
  /// The record's live execution until its end has been told.
  const asl::Execution* FindLive(const ExecutionRecord& execution) const;

  std::vector<Document> TakeChanges();
  void PutBackChanges(std::vector<Document> taken);
  Result<void> Restore(const DocumentStore& store);

 private:
  /// The timer of what could not be brought back or lost its tasks; it is always due.
  static constexpr asl::ActivityId kRestored = 0;

  void Follow(ExecutionRecord& execution, Live::Effect effect);
  void End(ExecutionRecord& execution, asl::Status status, WallTime now, const Ending& ending,
           const std::string& input_text);
  void OnEndTold(const ExecutionArn& arn);
  void Remove(ExecutionRecord& execution);
  void Remove(MachineRecord& machine);
  void GoOn(ExecutionRecord& execution);
  void Abandon(ExecutionRecord& execution);

  // restore.cc
  Result<void> RestoreMachines(const DocumentStore& store);
  Result<void> RestoreExecution(const Document& document);
  Result<MachineRecord*> MachineOf(const Document& document, const DefinitionRef& definition);
  void BringBack(ExecutionRecord& execution);

  const Options& options_;
  const Clock& clock_;
  Random& random_;
  Definitions& definitions_;
  Registry& registry_;
  Journal& journal_;
  Outbox& outbox_;
  const WallTime begun_;
  std::set<Region> entered_;
  /// Ended executions whose documents wait to be taken, or are being committed: until then they
  /// cannot be read back.
  std::vector<ExecutionArn> ended_;
  std::vector<ExecutionArn> committing_;
  /// The one that was read back last: its history is asked for page by page.
  ExecutionArn recalled_arn_;
  std::unique_ptr<Live> recalled_;
};

}  // namespace ecm::sfn_model
