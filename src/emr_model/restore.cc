#include "emr_model/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "emr_model/changes.h"
#include "emr_model/record_json.h"

namespace ecm::emr_model {
namespace {

std::unexpected<Error> Unreadable(const Document& document, std::string_view why) {
  return Fail(ErrorKind::kInternal, fmt::format("the document {} {} cannot be read: {}",
                                                document.kind, document.id, why));
}

/// Documents are in the order of their ids, so that the steps of a cluster stand in theirs.
Result<void> LoadSteps(const DocumentStore& store, std::vector<ClusterRecord>& clusters) {
  std::unordered_map<std::string, ClusterRecord*> by_id;
  for (ClusterRecord& cluster : clusters) by_id.emplace(cluster.id.str(), &cluster);
  ECM_TRY(std::vector<Document> documents, store.Load(kStepKind));
  for (Document& document : documents) {
    const auto cluster = by_id.find(document.id.substr(0, document.id.rfind('/')));
    if (cluster == by_id.end()) return Unreadable(document, "its cluster is not there");
    std::vector<StepRecord>& steps = cluster->second->steps;
    if (document.id != StepDocumentId(cluster->second->id, steps.size() + 1)) {
      return Unreadable(document, "a step before it is not there");
    }
    Result<StepRecord> step = StepFromJson(std::move(document.body));
    if (!step.has_value()) return Unreadable(document, step.error().message);
    steps.push_back(*std::move(step));
  }
  return {};
}

}  // namespace

Result<std::vector<ClusterRecord>> LoadClusters(const DocumentStore& store) {
  std::vector<ClusterRecord> clusters;
  ECM_TRY(std::vector<Document> documents, store.Load(kClusterKind));
  clusters.reserve(documents.size());
  for (Document& document : documents) {
    Result<ClusterRecord> cluster = ClusterFromJson(std::move(document.body));
    if (!cluster.has_value()) return Unreadable(document, cluster.error().message);
    if (cluster->id.str() != document.id) return Unreadable(document, "it has another id");
    clusters.push_back(*std::move(cluster));
  }
  ECM_TRY_VOID(LoadSteps(store, clusters));
  std::ranges::sort(clusters, {}, &ClusterRecord::sequence);
  return clusters;
}

}  // namespace ecm::emr_model
