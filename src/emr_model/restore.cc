#include "emr_model/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "emr_model/changes.h"
#include "emr_model/record_json.h"

namespace ecm::emr_model {
namespace {

std::unexpected<Error> Unreadable(const Document& document, std::string_view why) {
  return Fail(ErrorKind::kInternal, ToOneLine(fmt::format("the document {} {} cannot be read: {}",
                                                          document.kind, document.id, why)));
}

/// Documents are in the order of their ids, so that the steps stand in theirs.
Result<void> LoadSteps(const DocumentStore& store, ClusterRecord& cluster) {
  return store.Visit(kStepKind, cluster.id.str() + "/",
                     [&](const Document& document) -> Result<void> {
                       if (document.id != StepDocumentId(cluster.id, cluster.steps.size() + 1)) {
                         return Unreadable(document, "a step before it is not there");
                       }
                       Result<StepRecord> step = StepFromJson(document.body);
                       if (!step.has_value()) return Unreadable(document, step.error().message);
                       cluster.steps.push_back(*std::move(step));
                       return {};
                     });
}

/// The index; lines of another version are as good as none.
Result<std::vector<EndedCluster>> LoadEnded(const DocumentStore& store, std::size_t about) {
  std::vector<EndedCluster> ended;
  ended.reserve(about);
  ECM_TRY_VOID(store.Visit(kEndedKind, "", [&](const Document& document) -> Result<void> {
    if (auto cluster = EndedClusterFromLine(document.body)) ended.push_back(*std::move(cluster));
    return {};
  }));
  return ended;
}

struct Difference {
  std::vector<std::string> without_line;  ///< ids of clusters
  std::set<std::uint64_t>
      without_cluster;  ///< lines of clusters that an older program has forgotten
};

/// Of the ids of all clusters, in their order, and the index.
Difference Compare(const std::vector<std::string>& ids, const std::vector<EndedCluster>& ended) {
  std::vector<std::pair<std::string_view, std::uint64_t>> lines;
  lines.reserve(ended.size());
  for (const EndedCluster& cluster : ended) lines.emplace_back(cluster.id.str(), cluster.sequence);
  std::ranges::sort(lines);

  Difference difference;
  auto line = lines.begin();
  for (const std::string& id : ids) {
    for (; line != lines.end() && line->first < id; ++line) {
      difference.without_cluster.insert(line->second);
    }
    if (line != lines.end() && line->first == id) {
      ++line;
    } else {
      difference.without_line.push_back(id);
    }
  }
  for (; line != lines.end(); ++line) difference.without_cluster.insert(line->second);
  return difference;
}

}  // namespace

Result<ClusterRecord> LoadCluster(const DocumentStore& store, const ClusterId& id) {
  ECM_TRY(std::vector<Document> documents, store.Load(kClusterKind, id.str()));
  const auto document = std::ranges::find(documents, id.str(), &Document::id);
  if (document == documents.end()) {
    return Fail(
        ErrorKind::kInternal,
        ToOneLine(fmt::format("the document {} {} is not in the store: the state folder is damaged",
                              kClusterKind, id.str())));
  }
  Result<ClusterRecord> cluster = ClusterFromJson(std::move(document->body));
  if (!cluster.has_value()) return Unreadable(*document, cluster.error().message);
  if (cluster->id != id) return Unreadable(*document, "it has another id");
  ECM_TRY_VOID(LoadSteps(store, *cluster));
  return cluster;
}

Result<StoredClusters> LoadClusters(const DocumentStore& store, bool outlines) {
  StoredClusters stored;
  ECM_TRY(const std::vector<std::string> ids, store.Ids(kClusterKind));
  if (outlines) {
    ECM_TRY(stored.ended, LoadEnded(store, ids.size()));
  }
  const Difference difference = Compare(ids, stored.ended);
  std::vector<EndedCluster> missing;
  for (const std::string& id : difference.without_line) {
    ECM_TRY(ClusterRecord cluster, LoadCluster(store, ClusterId(id)));
    if (outlines && IsFinal(cluster.state)) {
      missing.push_back(OutlineOf(cluster));
    } else {
      stored.clusters.push_back(std::move(cluster));
    }
  }
  std::erase_if(stored.ended, [&](const EndedCluster& cluster) {
    if (!difference.without_cluster.contains(cluster.sequence)) return false;
    stored.repairs.push_back(WithoutBody(EndedDocument(cluster)));
    return true;
  });
  for (const EndedCluster& cluster : missing) stored.repairs.push_back(EndedDocument(cluster));
  std::ranges::move(missing, std::back_inserter(stored.ended));
  if (!missing.empty()) std::ranges::sort(stored.ended, {}, &EndedCluster::sequence);
  std::ranges::sort(stored.clusters, {}, &ClusterRecord::sequence);
  return stored;
}

}  // namespace ecm::emr_model
