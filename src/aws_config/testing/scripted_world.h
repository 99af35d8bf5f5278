#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>

#include "aws_config/credentials.h"
#include "aws_config/testing/map_files.h"
#include "aws_config/testing/scripted_programs.h"
#include "aws_config/testing/scripted_transport.h"
#include "env/testing/sim_env.h"

namespace ecm::aws_config {

/// A machine as a test describes it, with its home in /h, from which credentials are asked.
struct ScriptedWorld {
  std::map<std::string, std::string> variables{{"HOME", "/h"}};
  MapFiles files;
  ScriptedPrograms programs;
  ScriptedTransport http;
  ManualClock clock;
  SeededRandom random{7};
  RecordingLog log;
  Overrides overrides;

  void Config(std::string text) { files.Put("/h/.aws/config", std::move(text)); }
  void CredentialsFile(std::string text) { files.Put("/h/.aws/credentials", std::move(text)); }

  std::unique_ptr<CredentialsProvider> Chain() {
    environment_ = std::make_unique<MapEnvironment>(variables);
    const auto settings = ResolveSettings(overrides, *environment_, files);
    if (!settings) throw std::runtime_error(settings.error().message);
    return MakeCredentialsChain(*settings, {.environment = *environment_,
                                            .files = files,
                                            .programs = programs,
                                            .http = http,
                                            .clock = clock,
                                            .random = random,
                                            .log = log});
  }
  Result<ResolvedCredentials> Get() { return Chain()->Get(); }

  /// The error of a first Get, "" without one.
  std::string Message() {
    const auto got = Get();
    return got ? std::string() : got.error().message;
  }

 private:
  std::unique_ptr<MapEnvironment> environment_;
};

}  // namespace ecm::aws_config
