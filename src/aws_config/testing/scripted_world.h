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

  /// STS answers the action with keys that last an hour.
  void AnswerSts(const std::string& action, const std::string& key_id) {
    const std::string expires = ToIso8601(clock.Wall() + std::chrono::hours{1});
    http.Answer(200, "<" + action +
                         "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n<" +
                         action + "Result>\n <Credentials>\n  <AccessKeyId>" + key_id +
                         "</AccessKeyId>\n  <SecretAccessKey>sts/secret</SecretAccessKey>\n"
                         "  <SessionToken>sts+token==</SessionToken>\n  <Expiration>" +
                         expires + "</Expiration>\n </Credentials>\n</" + action + "Result>\n</" +
                         action + "Response>\n");
  }
  void RefuseSts(unsigned status, const std::string& code, const std::string& message) {
    http.Answer(status, "<ErrorResponse><Error><Type>Sender</Type><Code>" + code +
                            "</Code><Message>" + message + "</Message></Error></ErrorResponse>");
  }

  /// The error of a first Get, "" without one.
  std::string Message() {
    const auto got = Get();
    return got ? std::string() : got.error().message;
  }

 private:
  std::unique_ptr<MapEnvironment> environment_;
};

}  // namespace ecm::aws_config
