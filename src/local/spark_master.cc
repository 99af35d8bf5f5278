#include "local/spark_master.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "base/text.h"

namespace ecm::local {
namespace {

constexpr std::string_view kClusterMaster = "local-cluster[";
constexpr std::int64_t kMaxWorkers = 8;
constexpr std::int64_t kMaxCores = 16;
constexpr std::int64_t kLeastMib = 512;
constexpr std::int64_t kMib = std::int64_t{1} << 20;

std::optional<std::array<std::int64_t, 3>> ParseNumbers(std::string_view text) {
  std::array<std::int64_t, 3> numbers{};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), numbers[i]);
    if (error != std::errc{} || numbers[i] <= 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (!text.starts_with(i + 1 < numbers.size() ? ',' : ']')) return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty()) return std::nullopt;
  return numbers;
}

Result<LocalMaster> ReadCluster(const std::string& url, const Machine& machine) {
  const auto numbers = ParseNumbers(std::string_view(url).substr(kClusterMaster.size()));
  if (!numbers) {
    return Fail(ErrorKind::kInvalidJob, "the master " + ToOneLine(url) +
                                            " is not of the form local-cluster[WORKERS,CORES,MIB]");
  }
  const auto [workers, cores, mib] = *numbers;
  const std::int64_t share = machine.memory_bytes / kMib / 2;
  const bool too_much = workers > kMaxWorkers || cores > kMaxCores || mib < kLeastMib ||
                        mib > share || workers * mib > share;
  if (too_much) {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("the master {} does not fit this machine: at most {} workers of {} "
                            "cores, each with at least {} MiB, all together at most {} MiB",
                            ToOneLine(url), kMaxWorkers, kMaxCores, kLeastMib, share));
  }
  return LocalMaster{fmt::format("local-cluster[{},{},{}]", workers, cores, mib),
                     static_cast<int>(workers), static_cast<int>(cores), mib};
}

}  // namespace

Result<LocalMaster> ChooseMaster(const std::vector<std::string>& asked, const Machine& machine) {
  for (const std::string& url : asked) {
    if (url.starts_with(kClusterMaster)) return ReadCluster(url, machine);
  }
  return LocalMaster{fmt::format("local[{}]", machine.cores), 0, 0, 0};
}

}  // namespace ecm::local
