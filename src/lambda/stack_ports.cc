#include "lambda/stack_ports.h"

#include <utility>

namespace ecm::lambda {
namespace {

/// A function is configured by its environment alone: nobody's profiles lie in its sandbox.
class NoFiles : public Files {
 public:
  Result<std::string> Read(const std::string& path) const override {
    return Fail(ErrorKind::kNotFound, path + " is not read by a function");
  }
};

}  // namespace

Result<std::unique_ptr<HandlerPorts>> StackPorts::Make(const Machine& machine) {
  ECM_TRY(StackEnvironment environment, ReadStackEnvironment(machine.environment));
  ECM_TRY(aws_config::Settings settings,
          aws_config::ResolveSettings({}, machine.environment, NoFiles()));
  return std::unique_ptr<HandlerPorts>(
      new StackPorts(machine, std::move(environment), std::move(settings)));
}

StackPorts::StackPorts(const Machine& machine, StackEnvironment environment,
                       aws_config::Settings settings)
    : machine_(machine),
      environment_(std::move(environment)),
      credentials_(aws_config::MakeEnvironmentCredentials(machine.environment)),
      client_(std::move(settings), {},
              {machine.http, *credentials_, machine.clock, machine.random, log_}),
      emr_(client_),
      jobs_(client_, machine.random,
            {.region = environment_.stack.region,
             .table = environment_.job_table,
             .stage = environment_.stack.stage}),
      step_functions_(client_),
      tokens_(step_functions_, environment_.stack.region),
      objects_(client_),
      executions_(step_functions_),
      notices_(client_, environment_.topic_arn) {}

lifecycle::Ports StackPorts::For(MonoTime stop_at, Log& log) {
  log_.SwitchTo(log);
  client_.SetDeadline(stop_at);
  lifecycle::Patience patience;
  if (stop_at != MonoTime::max()) {
    // The last quarter is for what it has begun, and to tell people.
    patience.sweep_time = (stop_at - machine_.clock.Mono()) / 4 * 3;
  }
  return {.clock = machine_.clock,
          .random = machine_.random,
          .log = log,
          .emr = emr_,
          .jobs = jobs_,
          .tokens = tokens_,
          .objects = objects_,
          .executions = executions_,
          .notices = notices_,
          .stack = environment_.stack,
          .patience = patience};
}

}  // namespace ecm::lambda
