#include "cli/account/terminate_command.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "cli/account/progress.h"
#include "plan/plan.h"

namespace ecm::cli {
namespace {

struct Target {
  ClusterId id;
  Region region;
};

Result<Target> FindTarget(const Account& account, const TerminateOptions& options) {
  if (options.id.starts_with("j-")) return Target{ClusterId(options.id), account.region};
  ECM_TRY(const NamedExecution execution, FindExecution(account, options.account, options.id));
  ECM_TRY(const Progress progress, ProgressReader(account, execution).Look());
  const JobCluster& cluster = progress.cluster;
  if (!cluster.id.empty()) return Target{cluster.id, cluster.region};
  if (!cluster.problem.empty()) return Fail(cluster.problem_kind, cluster.problem);
  return Fail(
      ErrorKind::kInvalidJob,
      progress.execution.name + (progress.execution.IsRunning()
                                     ? " has no cluster yet: emrctl stop ends it before it gets one"
                                     : " had no cluster"));
}

/// Why a cluster is not one of the stack's; "" if it is.
std::string NotOurs(const Cluster& cluster, const std::string& stage) {
  if (!cluster.name.starts_with(NamePrefix(stage))) {
    return fmt::format("its name, '{}', does not begin with {}", cluster.name, NamePrefix(stage));
  }
  const auto tag =
      std::ranges::find(cluster.tags, "ecm:stage", &std::pair<std::string, std::string>::first);
  if (tag == cluster.tags.end()) return "it has no tag ecm:stage";
  if (tag->second == stage) return {};
  return fmt::format("its tag ecm:stage is '{}', not {}", tag->second, stage);
}

Result<Cluster> DescribeTarget(const Account& account, const Target& target) {
  Result<Cluster> cluster = EmrClient(account.emr, target.region).DescribeCluster(target.id);
  if (cluster || cluster.error().kind != ErrorKind::kNotFound) return cluster;
  return Fail(ErrorKind::kInvalidJob,
              fmt::format("there is no cluster {} in {}; --region names another region",
                          ToOneLine(target.id.str()), target.region.str()));
}

Result<void> CheckAllowed(const Cluster& cluster, const TerminateOptions& options) {
  const std::string not_ours = NotOurs(cluster, options.account.stage);
  if (!not_ours.empty() && !options.any) {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("cluster {} is none of stage {}: {}; --any ends it all the same",
                            cluster.id.str(), options.account.stage, not_ours));
  }
  if (cluster.termination_protected && !options.force) {
    return Fail(ErrorKind::kInvalidJob,
                fmt::format("cluster {} is protected from termination: somebody wants it to live; "
                            "--force lifts the protection",
                            cluster.id.str()));
  }
  return {};
}

void Tell(const TerminateOptions& options, const Cluster& cluster, bool ended, Context& context) {
  if (options.json) {
    context.console.Out(ToPrettyText(JsonObject{{"cluster_id", cluster.id.str()},
                                                {"name", cluster.name},
                                                {"terminated", ended},
                                                {"state_before", cluster.state_name}}));
  }
  context.console.Err(ended ? fmt::format("emrctl: told cluster {} ({}) to end", cluster.id.str(),
                                          ToOneLine(cluster.name))
                            : fmt::format("emrctl: cluster {} is already {}", cluster.id.str(),
                                          cluster.state_name));
}

}  // namespace

ExitCode RunTerminate(const Account& account, const TerminateOptions& options, Context& context) {
  const Result<Target> target = FindTarget(account, options);
  if (!target) return RefuseCall(target.error(), context);
  const Result<Cluster> cluster = DescribeTarget(account, *target);
  if (!cluster) return RefuseCall(cluster.error(), context);
  if (IsEnding(*cluster)) {
    Tell(options, *cluster, /*ended=*/false, context);
    return ExitCode::kSuccess;
  }
  if (const Result<void> allowed = CheckAllowed(*cluster, options); !allowed) {
    return RefuseCall(allowed.error(), context);
  }
  EmrClient emr(account.emr, target->region);
  Result<void> told;
  if (cluster->termination_protected) told = emr.SetTerminationProtection(target->id, false);
  if (told) told = emr.TerminateJobFlow(target->id);
  if (!told) return RefuseCall(told.error(), context);
  Tell(options, *cluster, /*ended=*/true, context);
  return ExitCode::kSuccess;
}

}  // namespace ecm::cli
