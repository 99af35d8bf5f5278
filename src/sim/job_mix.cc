#include "sim/job_mix.h"

#include <algorithm>

namespace ecm::sim {

DrawnJob DrawJob(Core core) {
  const auto timeout = static_cast<std::int64_t>(20 + UniformBelow(core.chance, 280));
  const std::int64_t start_timeout =
      std::min(timeout, static_cast<std::int64_t>(15 + UniformBelow(core.chance, 46)));
  JsonObject job{{"job_name", "word-count"},
                 {"release", "emr-7.5.0"},
                 {"code_entrypoint", "s3://code/word_count.py"},
                 {"timeout_minutes", timeout},
                 {"start_timeout_minutes", start_timeout}};
  if (UniformBelow(core.chance, 2) == 0) {
    job["resource"] = "table";
    job["namespace"] = "count";
    job["arguments"] = JsonArray{JsonObject{{"argument", "input"}, {"value", "s3a://data/in"}}};
  }
  if (core.faults.DrawWorld(Site::kPeople, Fault::kIdlePolicy, 0.3)) {
    job["emr_overrides"] = JsonObject{{"AutoTerminationPolicy", JsonObject{{"IdleTimeout", 3600}}}};
  }
  if (core.faults.DrawWorld(Site::kPeople, Fault::kInvalidJob, 0.3)) {
    if (UniformBelow(core.chance, 2) == 0) {
      job.erase("release");
    } else {
      job["time_out_minutes"] = 5;
    }
  }
  return {std::move(job), std::chrono::minutes{timeout}};
}

}  // namespace ecm::sim
