#include "aws/emr_client.h"

#include <algorithm>

namespace ecm {
namespace {

/// A service that hands out markers for ever must not hold a handler for ever: 500 clusters may be
/// active, so 2,000 pages of 50 are far beyond any honest answer.
constexpr int kMaxPages = 2000;

}  // namespace

ErrorKind EmrErrorKind(std::string_view code, std::string_view message) {
  if (code == "ThrottlingException" || code == "Throttling" || code == "TooManyRequestsException") {
    return ErrorKind::kThrottled;
  }
  if (code == "AccessDeniedException" || code == "AccessDenied" || code == "NotAuthorized" ||
      code == "ExpiredTokenException" || code == "UnrecognizedClientException" ||
      code == "InvalidClientTokenId" || code == "OptInRequired" || code == "IncompleteSignature" ||
      code == "InvalidSignatureException" || code == "SignatureDoesNotMatch" ||
      code == "RequestExpired") {
    return ErrorKind::kAccessDenied;
  }
  const bool unknown_id =
      (message.find(" id '") != std::string_view::npos && message.ends_with("' is not valid.")) ||
      message.starts_with("Specified job flow ID ");
  if (unknown_id) return ErrorKind::kNotFound;
  if (code == "ValidationException" || code == "InvalidRequestException" ||
      code == "ValidationError" || code == "InvalidAction") {
    return ErrorKind::kInvalidJob;
  }
  // 5xx and everything that we have not met: the request may have been applied.
  return ErrorKind::kUnknownOutcome;
}

Result<ClusterId> EmrClient::RunJobFlow(const Json& request) {
  ECM_TRY(const Json answer, api_.Call(region_, "RunJobFlow", request));
  ClusterId cluster(StringOr(answer, "JobFlowId"));
  if (cluster.empty()) {
    return Fail(ErrorKind::kUnknownOutcome, "RunJobFlow answered without a cluster id");
  }
  return cluster;
}

Result<Cluster> EmrClient::DescribeCluster(const ClusterId& cluster) {
  ECM_TRY(const Json answer,
          api_.Call(region_, "DescribeCluster", JsonObject{{"ClusterId", cluster.str()}}));
  const Json* found = Find(answer, "Cluster");
  if (found == nullptr) {
    return Fail(ErrorKind::kUnavailable,
                "DescribeCluster answered without a cluster for " + cluster.str());
  }
  return ParseCluster(*found);
}

Result<std::vector<ClusterSummary>> EmrClient::ListClusters(WallTime created_after,
                                                            WallTime created_before) {
  std::vector<ClusterSummary> clusters;
  JsonObject request{{"CreatedAfter", ToEpochSeconds(created_after)},
                     {"CreatedBefore", ToEpochSeconds(created_before)}};
  for (int page = 0; page < kMaxPages; ++page) {
    ECM_TRY(const Json answer, api_.Call(region_, "ListClusters", request));
    for (const Json& summary : FindArray(answer, "Clusters")) {
      clusters.push_back(ParseClusterSummary(summary));
    }
    const std::string marker = StringOr(answer, "Marker");
    if (marker.empty()) {
      std::ranges::sort(clusters, [](const ClusterSummary& a, const ClusterSummary& b) {
        return std::tie(a.created, a.id) < std::tie(b.created, b.id);
      });
      return clusters;
    }
    request["Marker"] = marker;
  }
  return Fail(ErrorKind::kUnavailable, "ListClusters does not come to an end");
}

EmrClient::LiveClusters EmrClient::ListLiveClusters() {
  LiveClusters live;
  JsonObject request{{"ClusterStates",
                      JsonArray{"STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"}}};
  for (int page = 0; page < kMaxPages; ++page) {
    const Result<Json> answer = api_.Call(region_, "ListClusters", request);
    if (!answer) {
      live.error = answer.error();
      return live;
    }
    for (const Json& summary : FindArray(*answer, "Clusters")) {
      live.clusters.push_back(ParseClusterSummary(summary));
    }
    const std::string marker = StringOr(*answer, "Marker");
    if (marker.empty()) return live;
    request["Marker"] = marker;
  }
  live.error = Error{ErrorKind::kUnavailable, "ListClusters does not come to an end", {}};
  return live;
}

Result<std::vector<Step>> EmrClient::ListSteps(const ClusterId& cluster) {
  std::vector<Step> steps;
  JsonObject request{{"ClusterId", cluster.str()}};
  for (int page = 0; page < kMaxPages; ++page) {
    ECM_TRY(const Json answer, api_.Call(region_, "ListSteps", request));
    for (const Json& step : FindArray(answer, "Steps")) steps.push_back(ParseStep(step));
    const std::string marker = StringOr(answer, "Marker");
    if (marker.empty()) {
      std::ranges::reverse(steps);  // the service answers newest first
      return steps;
    }
    request["Marker"] = marker;
  }
  return Fail(ErrorKind::kUnavailable, "ListSteps does not come to an end for " + cluster.str());
}

Result<void> EmrClient::TerminateJobFlow(const ClusterId& cluster) {
  ECM_TRY_VOID(api_.Call(region_, "TerminateJobFlows",
                         JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}}}));
  return {};
}

Result<void> EmrClient::SetTerminationProtection(const ClusterId& cluster, bool protect) {
  ECM_TRY_VOID(api_.Call(region_, "SetTerminationProtection",
                         JsonObject{{"JobFlowIds", JsonArray{Json(cluster.str())}},
                                    {"TerminationProtected", protect}}));
  return {};
}

}  // namespace ecm
