// step_run STATE_DIR LAUNCH_JSON: runs one step as a local cluster would and prints how it ended;
// an array of launches, each with a "cluster" of its own, is started at once.
//
// {"args": ["spark-submit", …], "jar": …, "main_class": …, "properties": {…}, "log_uri": …,
// "configurations": […], "cancel_after_ms": …}
// → {"succeeded", "exit_code", "reason", "message", "log_file", "notes",
// "waits"}

#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "env/real/real_env.h"
#include "local/spark_step_runner.h"
#include "local/step_environment.h"
#include "local/supervisor.h"

namespace ecm::local {
namespace {

emr_model::StepLaunch ReadLaunch(const Json& json) {
  emr_model::StepLaunch launch;
  launch.cluster = ClusterId(StringOr(json, "cluster", "j-TEST"));
  launch.step = StepId("s-TEST");
  launch.jar = StringOr(json, "jar", "command-runner.jar");
  launch.log_uri = StringOr(json, "log_uri");
  launch.main_class = StringOr(json, "main_class");
  if (const Json* properties = Find(json, "properties")) {
    for (const auto& [key, value] : properties->as_object()) {
      launch.properties.emplace_back(key, value.as_string());
    }
  }
  for (const Json& word : FindArray(json, "args")) launch.args.emplace_back(word.as_string());
  if (const Json* configurations = Find(json, "configurations")) {
    launch.configurations = *configurations;
  }
  return launch;
}

SparkStepRunnerOptions ReadOptions(const std::filesystem::path& state_dir) {
  const ProcessEnvironment environment;
  SparkStepRunnerOptions options;
  options.state_dir = std::filesystem::absolute(state_dir);
  options.spark =
      FindLocalSpark(environment, std::filesystem::canonical("/proc/self/exe"), RealProbe());
  options.machine = ReadMachine();
  options.environment = InheritedEnvironment(environment);
  return options;
}

/// What the runner has told, by cluster; its notes are of all together.
struct Told {
  std::map<std::string, JsonObject> exits;
  std::map<std::string, JsonArray> waits;
  JsonArray notes;
};

Json Answer(const emr_model::StepLaunch& launch, Told& told) {
  JsonObject answer = told.exits[launch.cluster.str()];
  answer["notes"] = told.notes;
  answer["waits"] = told.waits[launch.cluster.str()];
  return answer;
}

int Run(const std::filesystem::path& state_dir, const Json& json) {
  boost::asio::io_context io;
  const SystemClock clock;
  Told told;
  SparkStepRunner runner(
      io, ReadOptions(state_dir), clock,
      [&told](const ClusterId& cluster, const StepId&, const emr_model::StepExit& exit) {
        told.exits[cluster.str()] = JsonObject{{"succeeded", exit.succeeded},
                                               {"exit_code", exit.exit_code},
                                               {"reason", exit.failure_reason},
                                               {"message", exit.failure_message},
                                               {"log_file", exit.log_file}};
      },
      [&told](const emr_model::StepLaunch&, const std::string& note) {
        told.notes.emplace_back(note);
      },
      [&told](const ClusterId& cluster, const StepId&, const std::string& message) {
        told.waits[cluster.str()].emplace_back(message);
      });
  const JsonArray asked = json.is_array() ? json.get_array() : JsonArray{json};
  std::vector<emr_model::StepLaunch> launches;
  for (const Json& one : asked) launches.push_back(ReadLaunch(one));
  for (const emr_model::StepLaunch& launch : launches) runner.Start(launch);
  boost::asio::steady_timer cancel(io);
  if (const auto delay = FindInt(json, "cancel_after_ms")) {
    cancel.expires_after(std::chrono::milliseconds(*delay));
    cancel.async_wait([&](boost::system::error_code error) {
      if (!error) runner.Cancel(launches[0].cluster, launches[0].step, /*force=*/false);
    });
  }
  while (told.exits.size() < launches.size() && io.run_one() > 0) {
  }
  JsonArray answers;
  for (const emr_model::StepLaunch& launch : launches) answers.push_back(Answer(launch, told));
  std::cout << ToText(json.is_array() ? Json(answers) : answers.front()) << "\n";
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
