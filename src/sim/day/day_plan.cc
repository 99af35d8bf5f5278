#include "sim/day/day_plan.h"

#include <algorithm>

namespace ecm::sim {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kDay = hours{24};

Duration DrawStart(Random& chance) {
  if (UniformBelow(chance, 10) >= 4) return DrawBetween(chance, Duration{0}, kDay);
  return hours{UniformBelow(chance, 24)} + DrawBetween(chance, Duration{0}, seconds{20});
}

Duration DrawStep(Random& chance) {
  const std::uint64_t percent = UniformBelow(chance, 100);
  if (percent < 2) return kLongStep;
  if (percent < 12) return DrawBetween(chance, hours{1}, minutes{150});
  if (percent < 50) return DrawBetween(chance, minutes{30}, minutes{75});
  return DrawBetween(chance, minutes{5}, minutes{35});
}

}  // namespace

std::vector<DayJob> PlanDay(const DayOptions& options) {
  SeededRandom chance(Scramble(options.seed ^ 0xDA7));
  std::vector<DayJob> jobs(options.jobs);
  for (DayJob& job : jobs) {
    job.start = DrawStart(chance);
    job.work.timings.provision = DrawBetween(chance, minutes{3}, minutes{7});
    job.work.timings.bootstrap = DrawBetween(chance, minutes{1}, minutes{3});
    job.work.timings.terminate = DrawBetween(chance, minutes{1}, minutes{3});
    job.work.step = DrawStep(chance);
  }
  std::ranges::sort(jobs, {}, &DayJob::start);
  return jobs;
}

Json DayJobDescription() {
  return JsonObject{{"job_name", "nightly"},
                    {"release", "emr-7.5.0"},
                    {"code_entrypoint", "s3://code/nightly.py"},
                    {"timeout_minutes", 720}};
}

}  // namespace ecm::sim
