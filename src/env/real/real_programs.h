#pragma once

#include "env/clock.h"
#include "env/programs.h"

namespace ecm {

/// Programs of the machine, in a process group of their own, with this process's environment, with
/// /dev/null for input and none of our descriptors. `clock` goes with real time and outlives it.
class RealPrograms : public Programs {
 public:
  explicit RealPrograms(const Clock& clock) : clock_(clock) {}
  /// Also kAccessDenied where the file may not be run, kInvalidJob for more output than 1 MiB.
  /// What the program left running is left alone; a program that is killed takes its whole group
  /// with it.
  Result<ProgramOutput> Run(const std::vector<std::string>& arguments, Duration timeout) override;

 private:
  const Clock& clock_;
};

}  // namespace ecm
