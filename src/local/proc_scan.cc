#include "local/proc_scan.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <system_error>

namespace ecm::local {
namespace {

std::string ReadProcFile(pid_t pid, const char* name) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<pid_t> AllPids() {
  std::vector<pid_t> pids;
  std::error_code error;
  std::filesystem::directory_iterator entry("/proc", error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    pid_t pid = 0;
    const auto [end, bad] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (bad == std::errc{} && end == name.data() + name.size()) pids.push_back(pid);
  }
  return pids;
}

}  // namespace

std::optional<ProcStat> ParseProcStat(std::string_view text) {
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  std::istringstream fields{std::string(text.substr(name_end + 1))};
  ProcStat stat;
  fields >> stat.state >> stat.parent;
  // Field 22 is the start time; state is field 3 and the parent field 4.
  std::string skipped;
  for (int field = 5; field < 22; ++field) fields >> skipped;
  fields >> stat.start_ticks;
  if (!fields) return std::nullopt;
  return stat;
}

std::optional<ProcStat> ReadProcStat(pid_t pid) { return ParseProcStat(ReadProcFile(pid, "stat")); }

std::vector<pid_t> Descendants(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  std::set<pid_t> zombies;
  for (const pid_t pid : AllPids()) {
    const std::optional<ProcStat> stat = ReadProcStat(pid);
    if (!stat) continue;
    children.emplace(stat->parent, pid);
    if (stat->state == 'Z') zombies.insert(pid);
  }
  std::vector<pid_t> found;
  std::vector<pid_t> frontier{root};
  std::set<pid_t> seen{root};
  while (!frontier.empty()) {
    const pid_t parent = frontier.back();
    frontier.pop_back();
    const auto [first, last] = children.equal_range(parent);
    for (auto child = first; child != last; ++child) {
      if (!seen.insert(child->second).second) continue;
      frontier.push_back(child->second);
      if (!zombies.contains(child->second)) found.push_back(child->second);
    }
  }
  return found;
}

std::string TreeMark(pid_t supervisor, const ProcStat& stat) {
  return "EMRCTL_TREE=" + std::to_string(supervisor) + "-" + std::to_string(stat.start_ticks);
}

std::vector<pid_t> ProcessesMarked(std::string_view mark) {
  const std::string needle = std::string(1, '\0') + std::string(mark) + std::string(1, '\0');
  std::vector<pid_t> found;
  for (const pid_t pid : AllPids()) {
    const std::string environment = std::string(1, '\0') + ReadProcFile(pid, "environ");
    if (environment.find(needle) == std::string::npos) continue;
    const std::optional<ProcStat> stat = ReadProcStat(pid);
    if (stat && stat->state != 'Z') found.push_back(pid);
  }
  return found;
}

}  // namespace ecm::local
