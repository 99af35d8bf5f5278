#include "sim/account.h"

#include <fmt/format.h>

#include <cstdlib>

#include "lifecycle/shipped_definition.h"

namespace ecm::sim {
namespace {

constexpr WallTime kStart{std::chrono::seconds{1767323045}};  // 2026-01-02T03:04:05Z

lifecycle::Ports MakePorts(Clock& clock, Random& random, Log& log, EmrApi& emr, JobStore& jobs,
                           TaskTokens& tokens, ObjectStore& objects, Executions& executions,
                           Notices& notices) {
  lifecycle::Ports ports{clock,   random,     log,     emr, jobs, tokens,
                         objects, executions, notices, {},  {}};
  ports.stack.stage = kStage;
  ports.stack.region = Region(std::string(kRegion));
  ports.stack.log_bucket = "logs";
  return ports;
}

[[noreturn]] void Refuse(const std::string& why) {
  fmt::print(stderr, "The state machine cannot be read: {}\n", why);
  std::abort();
}

/// Less than many jobs need.
const std::shared_ptr<const asl::Definition>& HastyDefinition() {
  static const std::shared_ptr<const asl::Definition> kDefinition =
      EditedDefinition([](Json& definition) { definition.as_object()["TimeoutSeconds"] = 2400; });
  return kDefinition;
}

FaultPlan PlanOf(const WorldOptions& options, Random& random) {
  if (options.plan) return *options.plan;
  return options.calm ? CalmPlan() : DrawFaultPlan(random);
}

}  // namespace

std::shared_ptr<const asl::Definition> EditedDefinition(const std::function<void(Json&)>& edit) {
  Result<Json> document =
      lifecycle::ShippedDefinition({{"partition", "aws"},
                                    {"topic", "arn:aws:sns:eu-west-1:1:ecm-sim"},
                                    {"submit", "submit"},
                                    {"await", "await"},
                                    {"inspect", "inspect"},
                                    {"release", "release"},
                                    {"report", "report"}});
  if (!document) Refuse(document.error().message);
  if (edit) edit(*document);
  asl::DefinitionReading reading = asl::ReadDefinition(*document);
  if (reading.definition) return reading.definition;
  std::string why;
  for (const asl::DefinitionProblem& problem : reading.problems) {
    why += problem.pointer + ": " + problem.message + "\n";
  }
  Refuse(why);
}

const std::shared_ptr<const asl::Definition>& ShippedDefinition() {
  static const std::shared_ptr<const asl::Definition> kDefinition = EditedDefinition({});
  return kDefinition;
}

Account::Account(const WorldOptions& options, StackPool& stacks)
    : options_(options),
      chance_(Scramble(options.seed)),
      ids_(Scramble(~options.seed)),
      scheduler_(stacks, kStart),
      clock_(scheduler_),
      sandbox_clock_(scheduler_),
      timeline_(kStart, options.keep_text),
      faults_(PlanOf(options, chance_), chance_),
      core_{scheduler_, clock_, chance_, faults_, timeline_},
      door_(core_),
      emr_(core_, ids_, ledger_, [this](const Json& event) { bus_.Put(event); }),
      log_(core_),
      emr_port_(core_, door_, emr_),
      jobs_port_(core_, door_, records_),
      tokens_port_(door_, states_),
      objects_port_(core_, door_, emr_),
      executions_port_(core_, door_, states_),
      notices_port_(door_, states_),
      ports_(MakePorts(sandbox_clock_, ids_, log_, emr_port_, jobs_port_, tokens_port_,
                       objects_port_, executions_port_, notices_port_)),
      functions_(core_, ports_, options.find_handler, sandbox_clock_),
      bus_(core_, functions_),
      states_(core_, ids_,
              {options.definition ? options.definition : ShippedDefinition(), HastyDefinition()},
              functions_, ledger_, [this](std::size_t execution) { OnEnded(execution); }) {}

bool Account::Advance() {
  const std::optional<WallTime> next = scheduler_.NextTime();
  const std::optional<WallTime> due = emr_.NextDue();
  if (!due || (next && *next < *due)) return scheduler_.RunNext();
  scheduler_.AdvanceTo(*due);
  emr_.Advance();
  return true;
}

}  // namespace ecm::sim
