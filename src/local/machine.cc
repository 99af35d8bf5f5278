#include "local/machine.h"

#include <sched.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace ecm::local {
namespace {

std::string ReadText(const char* path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace

std::int64_t ParseMemTotal(std::string_view meminfo) {
  constexpr std::string_view kLabel = "MemTotal:";
  const std::size_t at = meminfo.find(kLabel);
  if (at == std::string_view::npos) return 0;
  std::istringstream rest{std::string(meminfo.substr(at + kLabel.size(), 64))};
  std::int64_t kibibytes = 0;
  rest >> kibibytes;
  return rest ? kibibytes * 1024 : 0;
}

std::int64_t ParseMemoryMax(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::int64_t bytes = 0;
  stream >> bytes;
  return stream ? bytes : 0;
}

int ParseCpuMax(std::string_view text) {
  std::istringstream stream{std::string(text)};
  std::int64_t quota = 0;
  std::int64_t period = 0;
  stream >> quota >> period;
  if (!stream || period <= 0) return 0;
  return static_cast<int>(std::max<std::int64_t>(quota / period, 1));
}

int SparkPlaces(const Machine& machine) {
  constexpr std::int64_t kBytesEach = std::int64_t{3} << 30;
  const std::int64_t by_memory = machine.memory_bytes / kBytesEach;
  return static_cast<int>(std::clamp<std::int64_t>(by_memory, 1, std::max(machine.cores, 1)));
}

std::int64_t SparkMemoryMib(const Machine& machine) {
  return machine.memory_bytes / (std::int64_t{1} << 20) / 4 * 3;
}

Machine ReadMachine() {
  Machine machine;
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
    machine.cores = std::max(CPU_COUNT(&allowed), 1);
  }
  if (const int quota = ParseCpuMax(ReadText("/sys/fs/cgroup/cpu.max")); quota > 0) {
    machine.cores = std::min(machine.cores, quota);
  }
  machine.memory_bytes = ParseMemTotal(ReadText("/proc/meminfo"));
  if (const auto limit = ParseMemoryMax(ReadText("/sys/fs/cgroup/memory.max")); limit > 0) {
    machine.memory_bytes = std::min(machine.memory_bytes, limit);
  }
  return machine;
}

}  // namespace ecm::local
