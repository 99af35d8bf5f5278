#pragma once

#include <CLI/App.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/sigv4.h"
#include "cli/context.h"
#include "cli/exit_code.h"
#include "cli/options.h"
#include "emr_model/emr_model.h"

namespace ecm::cli {

/// Adds "serve" below `local` ("emrctl local serve"); parsing fills `options`.
void AddServe(CLI::App& local, ServeOptions& options);

/// What the options come to, checked.
struct ServePlan {
  std::string address;  ///< "127.0.0.1", "::1"
  bool loopback = true;
  std::uint16_t port = 0;
  std::string state_dir;
  emr_model::Timings timings;
  Region region;  ///< of unsigned requests
  std::optional<std::vector<Credentials>> keys;
  bool verbose = false;
};

/// kInvalidJob for options that do not fit together or a file of keys that cannot be taken.
Result<ServePlan> MakeServePlan(const ServeOptions& options, const Environment& environment);

/// "http://127.0.0.1:8367", "http://[::1]:8367"
std::string ServerUrl(const std::string& address, std::uint16_t port);
/// The first line of standard output, once connections are taken: scripts wait for it.
std::string ListeningLine(const std::string& address, std::uint16_t port);

/// Serves until it is told to end.
using Serve = std::function<ExitCode(const ServePlan&, Context&)>;

/// Checks the options, then serves.
ExitCode RunServe(const ServeOptions& options, Context& context, const Serve& serve);

}  // namespace ecm::cli
