#pragma once

#include <string>
#include <string_view>

#include "base/json.h"
#include "sfn_model/registry.h"

// The documents of state machines and executions.

namespace ecm::sfn_model {

inline constexpr std::string_view kDefinitionKind = "state_machine_definition";
inline constexpr std::string_view kMachineKind = "state_machine";
inline constexpr std::string_view kExecutionKind = "execution";
inline constexpr std::string_view kEventKind = "execution_event";

Json MachineDocument(const MachineRecord& machine);
/// A machine without its definition; kInternal for what MachineDocument does not write.
Result<MachineRecord> ReadMachine(const std::string& arn, const Json& body);

Json ExecutionDocument(const ExecutionRecord& execution);
/// An execution without its machine and its definition.
Result<ExecutionRecord> ReadExecution(const std::string& arn, const Json& body);

/// "{arn}/00000012"
std::string EventId(const ExecutionArn& execution, std::size_t number);
std::string EndingId(const ExecutionArn& execution);

inline std::int64_t ToMillis(WallTime time) { return time.time_since_epoch().count(); }
inline WallTime FromMillis(std::int64_t millis) { return WallTime{Duration{millis}}; }

}  // namespace ecm::sfn_model
