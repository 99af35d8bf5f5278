#include "cli/region.h"

namespace ecm::cli {

Region ChooseRegion(const std::string& option, const Job& job, const Environment& environment) {
  if (!option.empty()) return Region(option);
  if (!job.region.empty()) return job.region;
  for (const char* name : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    const auto value = environment.Get(name);
    if (value && !value->empty()) return Region(*value);
  }
  return Region();
}

}  // namespace ecm::cli
