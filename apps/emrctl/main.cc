#include <unistd.h>

#include <cstdio>

#include "cli/emrctl.h"
#include "env/real/real_env.h"
#include "local/supervisor.h"

int main(int argc, char** argv) {
  if (const auto code = ecm::local::SupervisorMain(argc, argv)) return *code;
  ecm::SystemClock clock;
  ecm::SystemRandom random;
  const ecm::ProcessEnvironment environment;
  ecm::StreamLog log(stderr, clock, ecm::LogLevel::kInfo);
  ecm::cli::Console console(stdout, stderr, isatty(STDOUT_FILENO) == 1, isatty(STDERR_FILENO) == 1);
  ecm::cli::Context context{console, clock, random, environment, log};
  return ecm::cli::RunEmrctl(argc, argv, context);
}
