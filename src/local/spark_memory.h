#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ecm::local {

/// A size as spark-submit reads it ("8G", "512m", "1t", "900k", "1048576b"; a bare number is MiB):
/// in MiB, nothing for anything else.
std::optional<std::int64_t> ParseSparkMemory(std::string_view text);

/// The heap of the one JVM that is driver and executor at once in local mode.
struct LocalMemory {
  std::int64_t heap_mib = 0;
  std::string note;  ///< for people: what was asked, what is given, why
};

/// What driver and executor asked together (Spark's own default is 1g each), but at most half of
/// the machine's memory: Python's workers and the system need the rest.
LocalMemory ScaleMemory(const std::string& driver, const std::string& executor,
                        std::int64_t machine_bytes);

/// The same where the executors are `executors_mib` in JVMs of their own: what the driver asked, at
/// most what they leave of half of the machine's memory.
LocalMemory DriverMemory(const std::string& driver, std::int64_t executors_mib,
                         std::int64_t machine_bytes);

/// maximizeResourceAllocation of the classification "spark": half of the machine's memory.
LocalMemory AllMemory(std::int64_t machine_bytes);

}  // namespace ecm::local
