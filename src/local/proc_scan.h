#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ecm::local {

struct ProcStat {
  pid_t parent = 0;
  char state = '?';               ///< 'Z' is a zombie
  std::uint64_t start_ticks = 0;  ///< since boot: with the pid it names a process for good
};

/// What /proc/PID/stat says (proc(5)); the name in it may contain spaces and parentheses.
std::optional<ProcStat> ParseProcStat(std::string_view text);
std::optional<ProcStat> ReadProcStat(pid_t pid);

/// Every process below `root` that is not a zombie, whatever its session or process group.
std::vector<pid_t> Descendants(pid_t root);

/// The variable by which every process of a supervisor's tree is recognised, should the supervisor
/// itself be killed: "EMRCTL_TREE={pid}-{start}" of the supervisor.
std::string TreeMark(pid_t supervisor, const ProcStat& stat);
/// The live processes that were started with `mark` in their environment.
std::vector<pid_t> ProcessesMarked(std::string_view mark);

}  // namespace ecm::local
