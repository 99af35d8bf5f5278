#pragma once

#include "cli/console.h"
#include "env/clock.h"
#include "env/environment.h"
#include "env/log.h"
#include "env/random.h"

namespace ecm::cli {

/// Everything that a command reaches outside itself.
struct Context {
  Console& console;
  Clock& clock;
  Random& random;
  const Environment& environment;
  Log& log;
};

}  // namespace ecm::cli
