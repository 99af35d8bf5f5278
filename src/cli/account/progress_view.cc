#include "cli/account/progress_view.h"

#include <fmt/format.h>

#include "base/text.h"
#include "cli/outcome_view.h"

namespace ecm::cli {
namespace {

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json TimeOrNull(const std::optional<WallTime>& time) {
  return time ? Json(ToIso8601(*time)) : Json(nullptr);
}

Json ToJson(const JobCluster& cluster) {
  if (cluster.id.empty()) return nullptr;
  JsonObject json{{"id", cluster.id.str()},
                  {"region", cluster.region.str()},
                  {"state", cluster.told ? Json(cluster.told->state_name) : Json(nullptr)},
                  {"problem", TextOrNull(cluster.problem)}};
  return json;
}

void PrintPart(std::string_view title, const std::string& text, Console& console) {
  console.Out(fmt::format("  {:<14} {}", title, ToOneLine(text)));
}

/// ", for 12 s"
std::string For(const std::optional<WallTime>& since, WallTime now) {
  return since && now > *since ? ", for " + ToHumanDuration(now - *since) : std::string();
}

void PrintCluster(const JobCluster& cluster, WallTime now, Console& console) {
  std::string text = cluster.id.str();
  if (cluster.told) {
    text += " " + cluster.told->state_name;
    if (!cluster.told->reason_message.empty()) text += ": " + cluster.told->reason_message;
  }
  PrintPart("cluster", text, console);
  for (const Step& step : cluster.steps) {
    const bool running = step.state == StepState::kRunning;
    PrintPart("step", step.name + " " + step.state_name + (running ? For(step.started, now) : ""),
              console);
  }
  if (!cluster.problem.empty()) PrintPart("EMR says", cluster.problem, console);
}

}  // namespace

Json ToJson(const Progress& progress, WallTime now) {
  const ExecutionDetails& execution = progress.execution;
  JsonArray steps;
  for (const Step& step : progress.cluster.steps) {
    steps.push_back(JsonObject{{"name", step.name},
                               {"id", step.id.str()},
                               {"state", step.state_name},
                               {"started", TimeOrNull(step.started)},
                               {"ended", TimeOrNull(step.ended)}});
  }
  JsonObject json{{"execution_arn", execution.arn.str()},
                  {"name", execution.name},
                  {"status", execution.status},
                  {"started", ToIso8601(execution.started)},
                  {"stopped", TimeOrNull(execution.stopped)},
                  {"state", nullptr},
                  {"state_since", nullptr},
                  {"cluster", ToJson(progress.cluster)},
                  {"steps", std::move(steps)},
                  {"outcome", nullptr}};
  if (!progress.entered.empty()) {
    json["state"] = progress.entered.back().state;
    json["state_since"] = ToIso8601(progress.entered.back().time);
  }
  if (!execution.IsRunning()) json["outcome"] = OutcomeOf(progress, now);
  return json;
}

void PrintProgress(const Progress& progress, WallTime now, Console& console) {
  const ExecutionDetails& execution = progress.execution;
  if (!execution.IsRunning()) {
    const Json outcome = OutcomeOf(progress, now);
    PrintOutcome(outcome, StringOr(outcome, "logs"), console);
    PrintPart("execution", execution.arn.str(), console);
    return;
  }
  console.Out(ToOneLine(execution.status) + For(execution.started, now));
  if (!progress.entered.empty()) {
    const StateEntry& entry = progress.entered.back();
    PrintPart("state", entry.state + For(entry.time, now), console);
  }
  if (progress.cluster.id.empty()) {
    PrintPart("cluster", "none yet", console);
  } else {
    PrintCluster(progress.cluster, now, console);
  }
  PrintPart("execution", execution.arn.str(), console);
}

}  // namespace ecm::cli
