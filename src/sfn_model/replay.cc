#include "sfn_model/replay.h"

#include <fmt/format.h>

#include "asl/event_log.h"
#include "sfn_model/documents.h"

namespace ecm::sfn_model {
namespace {

Result<std::unique_ptr<Live>> Begin(const ExecutionRecord& execution,
                                    const std::vector<Json>& events) {
  const auto input_text = events.empty() ? std::nullopt : FindString(events.front(), "input");
  if (!input_text) {
    return Fail(ErrorKind::kInternal, "What it was started with is not in the store.");
  }
  ECM_TRY(Json input, ParseJson(*input_text));
  ECM_TRY(std::shared_ptr<const asl::Definition> definition, execution.definition->Compiled());
  auto live = std::make_unique<Live>(std::move(definition), IdentityOf(execution), *input_text,
                                     std::move(input), execution.seed);
  live->trace_header = StringOr(events.front(), "trace");
  return live;
}

/// "" if the event does to the execution what it did before.
std::string Repeat(Live& live, const Json& body) {
  const Json* told = Find(body, "event");
  const auto time = FindInt(body, "time");
  if (told == nullptr || !time) return "is broken";
  const Result<asl::Event> event = asl::EventFromJson(*told);
  if (!event) return "is broken: " + event.error().message;
  if (!live.Apply(*event, FromMillis(*time)).any) return "does not fit its state machine any more";
  return {};
}

/// The first `count` events, or as many as fit.
Result<Replayed> ReplaySome(const ExecutionRecord& execution, const std::vector<Json>& events,
                            std::size_t count) {
  Replayed replayed;
  ECM_TRY(replayed.live, Begin(execution, events));
  for (; replayed.fitted < count; ++replayed.fitted) {
    const std::string wrong = Repeat(*replayed.live, events[replayed.fitted]);
    if (wrong.empty()) continue;
    replayed.misfit = fmt::format("its event {} {}", replayed.fitted, wrong);
    break;
  }
  return replayed;
}

}  // namespace

asl::Identity IdentityOf(const ExecutionRecord& execution) {
  const MachineRecord& machine = *execution.machine;
  return {execution.arn.str(), execution.name, machine.arn, machine.name, machine.role_arn};
}

Result<Replayed> Replay(const ExecutionRecord& execution, const std::vector<Json>& events) {
  ECM_TRY(Replayed replayed, ReplaySome(execution, events, events.size()));
  const asl::Status status = replayed.live->execution.status();
  if (replayed.misfit.empty()) {
    if (status == execution.status) return replayed;
    replayed.misfit = fmt::format("its events leave it {} where it was {}", asl::Name(status),
                                  asl::Name(execution.status));
  }
  if (status == asl::Status::kRunning) return replayed;
  // It ended too early: without the event that ended it, it can still be told that it failed.
  std::string misfit = std::move(replayed.misfit);
  ECM_TRY(replayed, ReplaySome(execution, events, replayed.fitted - 1));
  replayed.misfit = std::move(misfit);
  return replayed;
}

}  // namespace ecm::sfn_model
