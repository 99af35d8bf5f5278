#include <unistd.h>

#include <csignal>
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
  // A reader that goes away is an error of that write, not the end of a job.
  std::signal(SIGPIPE, SIG_IGN);
  const bool capable = environment.Get("TERM").value_or("dumb") != "dumb";
  const bool coloured = capable && environment.Get("NO_COLOR").value_or("").empty();
  ecm::cli::Console console(stdout, stderr, coloured && isatty(STDOUT_FILENO) == 1,
                            capable && isatty(STDERR_FILENO) == 1);
  ecm::cli::Context context{console, clock, random, environment, log};
  return ecm::cli::RunEmrctl(argc, argv, context);
}
