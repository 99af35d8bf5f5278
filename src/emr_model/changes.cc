#include "emr_model/changes.h"

#include <fmt/format.h>

#include <utility>

#include "emr_model/record_json.h"

namespace ecm::emr_model {

std::string StepDocumentId(const ClusterId& cluster, std::size_t number) {
  return fmt::format("{}/{:08}", cluster.str(), number);
}

Changes::Marked& Changes::Of(const ClusterRecord& cluster) {
  Marked& marked = marked_[cluster.sequence];
  marked.cluster = &cluster;
  return marked;
}

void Changes::Mark(const ClusterRecord& cluster) {
  if (keep_) Of(cluster).itself = true;
}

void Changes::Mark(const ClusterRecord& cluster, const StepRecord& step) {
  if (keep_) Of(cluster).steps.insert(static_cast<std::size_t>(&step - cluster.steps.data()));
}

void Changes::Forget(const ClusterRecord& cluster) {
  if (!keep_) return;
  marked_.erase(cluster.sequence);
  gone_.push_back({std::string(kClusterKind), cluster.id.str(), nullptr});
  for (std::size_t number = 1; number <= cluster.steps.size(); ++number) {
    gone_.push_back({std::string(kStepKind), StepDocumentId(cluster.id, number), nullptr});
  }
}

std::vector<Document> Changes::Take() {
  std::vector<Document> taken = std::exchange(gone_, {});
  for (const auto& [sequence, marked] : std::exchange(marked_, {})) {
    const ClusterRecord& cluster = *marked.cluster;
    if (marked.itself) {
      taken.push_back({std::string(kClusterKind), cluster.id.str(), ToJson(cluster)});
    }
    for (const std::size_t place : marked.steps) {
      taken.push_back({std::string(kStepKind), StepDocumentId(cluster.id, place + 1),
                       ToJson(cluster.steps[place])});
    }
  }
  return taken;
}

}  // namespace ecm::emr_model
