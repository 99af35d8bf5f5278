#pragma once

#include <cstdint>
#include <string_view>

namespace ecm::local {

/// What local Spark may use of this machine.
struct Machine {
  int cores = 1;
  std::int64_t memory_bytes = 0;
};

/// The processors that this process may run on and the memory of the machine, or of the container
/// (cgroup v2) where that is less.
Machine ReadMachine();

/// How many steps with a JVM run at once: one for each core and 3 GiB (a heap of 2 GiB by default,
/// Python's workers beside it), at least one.
int SparkPlaces(const Machine& machine);
/// What the JVMs of all steps may take together, in MiB: three quarters of the memory.
std::int64_t SparkMemoryMib(const Machine& machine);

/// Pure parts of ReadMachine: "MemTotal:  24608764 kB" in /proc/meminfo; 0 where it is missing.
std::int64_t ParseMemTotal(std::string_view meminfo);
/// memory.max: bytes, or "max" for no limit (0).
std::int64_t ParseMemoryMax(std::string_view text);
/// cpu.max: "150000 100000" is one and a half processors: 1; "max 100000" no limit (0).
int ParseCpuMax(std::string_view text);

}  // namespace ecm::local
