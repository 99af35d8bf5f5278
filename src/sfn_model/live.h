#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "asl/execution.h"
#include "env/random.h"

namespace ecm::sfn_model {

/// An execution in memory with everything that follows from its events: told the same events at the
/// same times it is the same again, with its task tokens, timers and history.
struct Live {
  Live(std::shared_ptr<const asl::Definition> definition, asl::Identity identity,
       std::string input_text, Json input, std::uint64_t seed);

  struct Effect {
    /// False: the event was for nobody any more; it need not be kept.
    bool any = false;
    std::vector<asl::Command> commands;
    std::vector<std::string> entered;  ///< names of states
  };
  Effect Apply(const asl::Event& event, WallTime now);

  asl::Execution execution;
  SeededRandom random;
  const std::string input_text;  ///< as it was sent
  std::string trace_header;
  std::map<asl::ActivityId, WallTime> timers;
  /// Those that were asked for and have not answered: by id, the resource.
  std::map<asl::ActivityId, std::string> tasks;
};

}  // namespace ecm::sfn_model
