// step_run STATE_DIR LAUNCH_JSON: runs one step as a local cluster would and prints how it ended.
//
// {"args": ["spark-submit", …], "jar": …, "log_uri": …, "configurations": […], "cancel_after_ms":
// …} → {"succeeded", "exit_code", "reason", "message", "log_file", "notes"}

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "base/json.h"
#include "env/real/real_env.h"
#include "local/spark_step_runner.h"
#include "local/step_environment.h"
#include "local/supervisor.h"

namespace ecm::local {
namespace {

emr_model::StepLaunch ReadLaunch(const Json& json) {
  emr_model::StepLaunch launch;
  launch.cluster = ClusterId("j-TEST");
  launch.step = StepId("s-TEST");
  launch.jar = StringOr(json, "jar", "command-runner.jar");
  launch.log_uri = StringOr(json, "log_uri");
  for (const Json& word : FindArray(json, "args")) launch.args.emplace_back(word.as_string());
  if (const Json* configurations = Find(json, "configurations")) {
    launch.configurations = *configurations;
  }
  return launch;
}

int Run(const std::filesystem::path& state_dir, const Json& json) {
  boost::asio::io_context io;
  const SystemClock clock;
  const ProcessEnvironment environment;
  JsonArray notes;
  SparkStepRunnerOptions options;
  options.state_dir = std::filesystem::absolute(state_dir);
  options.spark =
      FindLocalSpark(environment, std::filesystem::canonical("/proc/self/exe"), RealProbe());
  options.machine = ReadMachine();
  options.environment = InheritedEnvironment(environment);
  Json answer;
  SparkStepRunner runner(
      io, options, clock,
      [&answer, &io](const ClusterId&, const StepId&, const emr_model::StepExit& exit) {
        answer = JsonObject{{"succeeded", exit.succeeded},
                            {"exit_code", exit.exit_code},
                            {"reason", exit.failure_reason},
                            {"message", exit.failure_message},
                            {"log_file", exit.log_file}};
        io.stop();
      },
      [&notes](const emr_model::StepLaunch&, const std::string& note) {
        notes.emplace_back(note);
      });
  const emr_model::StepLaunch launch = ReadLaunch(json);
  runner.Start(launch);
  boost::asio::steady_timer cancel(io);
  if (const auto delay = FindInt(json, "cancel_after_ms")) {
    cancel.expires_after(std::chrono::milliseconds(*delay));
    cancel.async_wait([&](boost::system::error_code error) {
      if (!error) runner.Cancel(launch.cluster, launch.step, /*force=*/false);
    });
  }
  io.run();
  answer.as_object()["notes"] = notes;
  std::cout << ToText(answer) << "\n";
  return 0;
}

}  // namespace
}  // namespace ecm::local

int main(int argc, char** argv) {
  if (const auto supervised = ecm::local::SupervisorMain(argc, argv)) return *supervised;
  if (argc != 3) {
    std::fputs("usage: step_run STATE_DIR LAUNCH_JSON\n", stderr);
    return 2;
  }
  const auto json = ecm::ParseJson(argv[2]);
  if (!json) {
    std::fprintf(stderr, "step_run: %s\n", json.error().message.c_str());
    return 2;
  }
  return ecm::local::Run(argv[1], *json);
}
