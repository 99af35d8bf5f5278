#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/text.h"
#include "emr_model/answers.h"
#include "emr_model/errors.h"
#include "emr_model/operations/operations.h"
#include "emr_model/rules/step_rules.h"

namespace ecm::emr_model {
namespace {

constexpr std::size_t kPage = 50;
constexpr std::size_t kMaxStepIds = 10;
/// Older steps run and end, but are not listed (facts: EMR API, operations).
constexpr std::size_t kVisibleSteps = 1000;

StepRecord* FindStep(ClusterRecord& cluster, std::string_view id) {
  const auto found = std::find_if(cluster.steps.rbegin(), cluster.steps.rend(),
                                  [id](const StepRecord& step) { return step.id.str() == id; });
  return found == cluster.steps.rend() ? nullptr : &*found;
}

Result<Json> ListNamed(ClusterRecord& cluster, const JsonArray& ids) {
  if (ids.size() > kMaxStepIds) {
    return InvalidRequest(
        fmt::format("{} StepIds; at most {} may be asked for.", ids.size(), kMaxStepIds));
  }
  std::vector<const StepRecord*> steps;
  for (const Json& id : ids) {
    const StepRecord* step = FindStep(cluster, id.get_string());
    if (step == nullptr) return UnknownStep(id.get_string());
    if (std::ranges::find(steps, step) == steps.end()) steps.push_back(step);
  }
  std::ranges::sort(steps, std::greater<>());  // of one vector: newest first
  JsonArray answers;
  for (const StepRecord* step : steps) answers.push_back(RenderStepSummary(*step));
  return JsonObject{{"Steps", std::move(answers)}};
}

/// A marker is the number of steps that are older than the last one told.
Result<std::size_t> ReadMarker(const Json& request, std::size_t size) {
  const std::string marker = StringOr(request, "Marker");
  if (marker.empty()) return size;
  std::size_t older = 0;
  const char* const end = marker.data() + marker.size();
  const auto [next, error] = std::from_chars(marker.data(), end, older);
  if (error == std::errc() && next == end && older <= size) return older;
  return InvalidRequest("Marker '" + ToOneLine(TruncateUtf8(marker, 64)) + "' is not valid.");
}

bool CancelsRunningSteps(std::pair<int, int> release) { return release >= std::pair(5, 28); }

/// Why a step cannot be cancelled; "" where it can.
std::string WhyNot(const ClusterRecord& cluster, const StepRecord* step) {
  if (step == nullptr) return "The step does not exist.";
  if (IsFinal(step->state)) {
    return fmt::format("The step is {} and cannot be cancelled.", Name(step->state));
  }
  if (step->process_open && !CancelsRunningSteps(cluster.release)) {
    return "Running steps can be cancelled from emr-5.28.0 on.";
  }
  return {};
}

}  // namespace

Result<Json> AddJobFlowSteps(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster,
          world.registry.Find(region, ClusterId(StringOr(request, "JobFlowId"))));
  if (cluster == nullptr) return ValidationError("Specified job flow ID not valid");
  if (IsEnding(cluster->state)) return EndingCluster();
  const JsonArray& configs = FindArray(request, "Steps");
  if (configs.empty()) return ValidationError("The list of Steps cannot be empty");
  ECM_TRY(std::vector<StepRecord> steps, ReadSteps(configs, *cluster, world.random));
  JsonArray ids;
  for (StepRecord& step : steps) {
    step.execution_role_arn = StringOr(request, "ExecutionRoleArn", step.execution_role_arn);
    ids.emplace_back(step.id.str());
  }
  world.life.AddSteps(*cluster, std::move(steps));
  return JsonObject{{"StepIds", std::move(ids)}};
}

Result<Json> CancelSteps(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindCluster(world, region, request));
  const JsonArray& ids = FindArray(request, "StepIds");
  const std::size_t most = std::min(kMaxActiveSteps, MaxStepsPerRequest(cluster->release));
  if (ids.empty() || ids.size() > most) {
    return InvalidRequest(fmt::format("{} StepIds; 1 to {} are allowed.", ids.size(), most));
  }
  const bool force = StringOr(request, "StepCancellationOption") == "TERMINATE_PROCESS";
  JsonArray infos;
  for (const Json& id : ids) {
    StepRecord* step = FindStep(*cluster, id.get_string());
    const std::string why_not = WhyNot(*cluster, step);
    JsonObject info{{"StepId", id}, {"Status", why_not.empty() ? "SUBMITTED" : "FAILED"}};
    if (why_not.empty()) {
      world.life.CancelStep(*cluster, *step, force);
    } else {
      info["Reason"] = why_not;
    }
    infos.push_back(std::move(info));
  }
  return JsonObject{{"CancelStepsInfoList", std::move(infos)}};
}

Result<Json> DescribeStep(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindCluster(world, region, request));
  const std::string id = StringOr(request, "StepId");
  const StepRecord* step = FindStep(*cluster, id);
  if (step == nullptr) return UnknownStep(id);
  return JsonObject{{"Step", RenderStep(*step)}};
}

/// Newest first.
Result<Json> ListSteps(World& world, const Region& region, const Json& request) {
  ECM_TRY(ClusterRecord * cluster, FindCluster(world, region, request));
  const JsonArray& ids = FindArray(request, "StepIds");
  const JsonArray& states = FindArray(request, "StepStates");
  if (!ids.empty() && !states.empty()) {
    return InvalidRequest("Cannot specify both StepIds and StepStates.");
  }
  if (!ids.empty()) return ListNamed(*cluster, ids);

  const std::vector<StepRecord>& steps = cluster->steps;
  const std::size_t oldest = steps.size() > kVisibleSteps ? steps.size() - kVisibleSteps : 0;
  ECM_TRY(std::size_t at, ReadMarker(request, steps.size()));
  JsonArray page;
  std::size_t last = at;
  while (at > oldest) {
    const StepRecord& step = steps[--at];
    const bool wanted = states.empty() || std::ranges::any_of(states, [&](const Json& state) {
                          return std::string_view(state.get_string()) == Name(step.state);
                        });
    if (!wanted) continue;
    if (page.size() == kPage) {
      return JsonObject{{"Steps", std::move(page)}, {"Marker", std::to_string(last)}};
    }
    page.push_back(RenderStepSummary(step));
    last = at;
  }
  return JsonObject{{"Steps", std::move(page)}};
}

}  // namespace ecm::emr_model
