#include "cli/account/list_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "aws/emr_client.h"
#include "base/text.h"
#include "cli/account/progress.h"

namespace ecm::cli {
namespace {

constexpr Duration kClockSkew = std::chrono::minutes{15};
/// EMR tells 50 clusters a page, the newest first: so many pages, and older ones stay unnamed.
constexpr int kMostClusterPages = 20;

/// "timed-out" → "TIMED_OUT"
std::string ToStatus(std::string state) {
  for (char& character : state) {
    if (character == '-') character = '_';
    if (character >= 'a' && character <= 'z') character = static_cast<char>(character - 32);
  }
  return state;
}

struct Row {
  ExecutionSummary execution;
  std::optional<ClusterSummary> cluster;
};

/// Of the time of these executions, as many as a few pages hold.
Result<std::vector<ClusterSummary>> RecentClusters(const Account& account, WallTime oldest,
                                                   WallTime now) {
  std::vector<ClusterSummary> clusters;
  JsonObject request{{"CreatedAfter", ToEpochSeconds(oldest - kClockSkew)},
                     {"CreatedBefore", ToEpochSeconds(now + kClockSkew)}};
  for (int page = 0; page < kMostClusterPages; ++page) {
    ECM_TRY(const Json answer, account.emr.Call(account.region, "ListClusters", request));
    for (const Json& summary : FindArray(answer, "Clusters")) {
      clusters.push_back(ParseClusterSummary(summary));
    }
    const std::string marker = StringOr(answer, "Marker");
    if (marker.empty()) break;
    request["Marker"] = marker;
  }
  return clusters;
}

void AddClusters(std::vector<Row>& rows, const std::vector<ClusterSummary>& clusters) {
  for (Row& row : rows) {
    const auto found = std::ranges::find_if(clusters, [&](const ClusterSummary& cluster) {
      return NamesExecution(cluster.name, row.execution.name);
    });
    if (found != clusters.end()) row.cluster = *found;
  }
}

Json ToJson(const Row& row) {
  const ExecutionSummary& execution = row.execution;
  JsonObject json{
      {"name", execution.name},
      {"execution_arn", execution.arn.str()},
      {"status", execution.status},
      {"started", ToIso8601(execution.started)},
      {"stopped", execution.stopped ? Json(ToIso8601(*execution.stopped)) : Json(nullptr)},
      {"cluster_id", row.cluster ? Json(row.cluster->id.str()) : Json(nullptr)},
      {"cluster_state", row.cluster ? Json(Name(row.cluster->state)) : Json(nullptr)}};
  return json;
}

/// "2026-11-22 13:14:54"
std::string ToShortTime(WallTime time) {
  std::string text = ToIso8601(time).substr(0, 19);
  text[10] = ' ';
  return text;
}

void Print(const std::vector<Row>& rows, WallTime now, Console& console) {
  std::size_t width = 4;
  for (const Row& row : rows) width = std::max(width, ToOneLine(row.execution.name).size());
  console.Out(fmt::format("{:<{}}  {:<9}  {:<19}  {:>13}  {}", "NAME", width, "STATE",
                          "STARTED (UTC)", "DURATION", "CLUSTER"));
  for (const Row& row : rows) {
    const ExecutionSummary& execution = row.execution;
    const Duration took = execution.stopped.value_or(now) - execution.started;
    const std::string cluster =
        row.cluster ? row.cluster->id.str() + " " + std::string(Name(row.cluster->state)) : "-";
    console.Out(fmt::format("{:<{}}  {:<9}  {:<19}  {:>13}  {}", ToOneLine(execution.name), width,
                            ToOneLine(execution.status), ToShortTime(execution.started),
                            ToHumanDuration(std::max(took, Duration{0})), ToOneLine(cluster)));
  }
}

}  // namespace

ExitCode RunList(const Account& account, const ListOptions& options, Context& context) {
  const Result<std::string> machine = FindStateMachine(account, options.account);
  if (!machine) return RefuseCall(machine.error(), context);
  const auto executions = StepFunctionsClient(account.step_functions, account.region)
                              .ListExecutions(*machine, ToStatus(options.state), options.limit);
  if (!executions) return RefuseCall(executions.error(), context);

  std::vector<Row> rows;
  for (const ExecutionSummary& execution : *executions) rows.push_back({execution, std::nullopt});
  const WallTime now = context.clock.Wall();
  if (!rows.empty()) {
    WallTime oldest = now;
    for (const Row& row : rows) oldest = std::min(oldest, row.execution.started);
    const auto clusters = RecentClusters(account, oldest, now);
    if (clusters) AddClusters(rows, *clusters);
    // The executions are what was asked for.
    if (!clusters) {
      context.console.Err("emrctl: the clusters are not known: " +
                          ToOneLine(clusters.error().message));
    }
  }
  if (options.json) {
    JsonArray array;
    for (const Row& row : rows) array.push_back(ToJson(row));
    context.console.Out(ToPrettyText(array));
  } else if (rows.empty()) {
    context.console.Err("no executions of " + NameInArn(*machine) +
                        (options.state.empty() ? "" : " are " + options.state));
  } else {
    Print(rows, now, context.console);
  }
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
