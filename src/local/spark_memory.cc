#include "local/spark_memory.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/ascii.h"

namespace ecm::local {
namespace {

constexpr std::int64_t kMib = std::int64_t{1} << 20;
constexpr std::int64_t kLeastHeapMib = 512;  // Spark itself refuses less than 450 MiB
constexpr std::int64_t kSparkDefaultMib = 1024;

std::string Asked(const std::string& text) { return text.empty() ? "1g by default" : text; }

}  // namespace

std::optional<std::int64_t> ParseSparkMemory(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  constexpr std::int64_t kMost = std::int64_t{1} << 40;
  if (error != std::errc{} || number <= 0 || number > kMost) return std::nullopt;
  std::string unit = ToLowerAscii({end, text.data() + text.size()});
  if (unit.size() == 2 && unit.back() == 'b' && unit != "bb") unit.pop_back();
  if (unit.empty() || unit == "m") return number;
  if (unit == "b") return number / kMib;
  if (unit == "k") return number / 1024;
  if (unit == "g") return number * 1024;
  if (unit == "t" && number <= kMost / kMib) return number * kMib;
  return std::nullopt;
}

LocalMemory ScaleMemory(const std::string& driver, const std::string& executor,
                        std::int64_t machine_bytes) {
  const std::int64_t asked = ParseSparkMemory(driver).value_or(kSparkDefaultMib) +
                             ParseSparkMemory(executor).value_or(kSparkDefaultMib);
  const std::int64_t share = machine_bytes / kMib / 2;
  LocalMemory memory;
  memory.heap_mib = std::max(std::min(asked, share), kLeastHeapMib);
  memory.note = fmt::format(
      "memory: one local JVM with {} MiB stands for driver ({}) and executors ({}){}",
      memory.heap_mib, Asked(driver), Asked(executor),
      asked > share ? fmt::format(", half of this machine's {} MiB", machine_bytes / kMib) : "");
  return memory;
}

LocalMemory DriverMemory(const std::string& driver, std::int64_t executors_mib,
                         std::int64_t machine_bytes) {
  const std::int64_t left = machine_bytes / kMib / 2 - executors_mib;
  const std::int64_t asked = ParseSparkMemory(driver).value_or(kSparkDefaultMib);
  LocalMemory memory;
  memory.heap_mib = std::max(std::min(asked, left), kLeastHeapMib);
  memory.note = fmt::format("memory: {} MiB for the driver ({}), {} MiB for the executors",
                            memory.heap_mib, Asked(driver), executors_mib);
  return memory;
}

LocalMemory AllMemory(std::int64_t machine_bytes) {
  const std::int64_t mib = machine_bytes / kMib;
  LocalMemory memory;
  memory.heap_mib = std::max(mib / 2, kLeastHeapMib);
  memory.note = fmt::format(
      "memory: maximizeResourceAllocation gives the one local JVM {} MiB, half of this machine's "
      "{} MiB",
      memory.heap_mib, mib);
  return memory;
}

}  // namespace ecm::local
