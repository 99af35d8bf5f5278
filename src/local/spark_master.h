#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "local/machine.h"

namespace ecm::local {

/// Where a step's executors are: in the driver's JVM, or in JVMs of their own on this machine.
struct LocalMaster {
  std::string url;  ///< "local[4]", "local-cluster[2,1,1024]"
  int workers = 0;  ///< 0: local[N]
  int cores_each = 0;
  std::int64_t memory_mib_each = 0;
};

/// The first of `asked` that begins with "local-cluster[" is taken; where none does, local[N] with
/// the machine's cores stands for whatever was asked ("yarn").
/// Errors: kInvalidJob for one that is not "local-cluster[workers,cores,MiB]" or that is more than
/// this machine can give: 8 workers, 16 cores each, half of its memory.
Result<LocalMaster> ChooseMaster(const std::vector<std::string>& asked, const Machine& machine);

}  // namespace ecm::local
