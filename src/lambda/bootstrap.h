#pragma once

#include <functional>
#include <memory>

#include "env/clock.h"
#include "env/environment.h"
#include "env/http_transport.h"
#include "env/log.h"
#include "lifecycle/ports.h"

namespace ecm::lambda {

/// What handlers reach, made once for a process.
class HandlerPorts {
 public:
  virtual ~HandlerPorts() = default;
  /// Of one invocation: nothing is begun after `stop_at`, and `log` hears everything. Until the
  /// next call.
  virtual lifecycle::Ports For(MonoTime stop_at, Log& log) = 0;
};

struct World {
  const Environment& environment;
  const Clock& clock;
  Log& log;
  HttpTransport& runtime_http;  ///< goes straight to the Runtime API
  /// An error is the function's configuration.
  std::function<Result<std::unique_ptr<HandlerPorts>>()> make_ports;
};

/// The life of a process that AWS Lambda starts: finds the handler that _HANDLER names, makes its
/// ports and takes events. Answers the exit code, which is never 0: Lambda ends functions from
/// outside.
int RunBootstrap(const World& world);

}  // namespace ecm::lambda
