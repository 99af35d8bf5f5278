#include "emr_model/changes.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

#include "emr_model/record_json.h"

namespace ecm::emr_model {

std::string StepDocumentId(const ClusterId& cluster, std::size_t number) {
  return fmt::format("{}/{:08}", cluster.str(), number);
}

EndedCluster OutlineOf(const ClusterRecord& cluster) {
  return {static_cast<const ClusterOutline&>(cluster), cluster.steps.size()};
}

Document EndedDocument(const EndedCluster& cluster) {
  return {std::string(kEndedKind), fmt::format("{:012}", cluster.sequence), ToLine(cluster)};
}

Document WithoutBody(Document document) {
  document.body = nullptr;
  return document;
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

void Changes::Forget(const EndedCluster& cluster) {
  if (!keep_) return;
  marked_.erase(cluster.sequence);
  taken_marked_.erase(cluster.sequence);
  ready_.push_back({std::string(kClusterKind), cluster.id.str(), nullptr});
  for (std::size_t number = 1; number <= cluster.step_count; ++number) {
    ready_.push_back({std::string(kStepKind), StepDocumentId(cluster.id, number), nullptr});
  }
  ready_.push_back(WithoutBody(EndedDocument(cluster)));
}

void Changes::Put(Document document) {
  if (keep_) ready_.push_back(std::move(document));
}

std::vector<Document> Changes::Take() {
  taken_marked_ = std::exchange(marked_, {});
  taken_ready_ = std::exchange(ready_, {});
  std::vector<Document> taken = taken_ready_;
  for (const auto& [sequence, marked] : taken_marked_) {
    const ClusterRecord& cluster = *marked.cluster;
    if (marked.itself) {
      taken.push_back({std::string(kClusterKind), cluster.id.str(), ToJson(cluster)});
      if (IsFinal(cluster.state)) taken.push_back(EndedDocument(OutlineOf(cluster)));
    }
    for (const std::size_t place : marked.steps) {
      taken.push_back({std::string(kStepKind), StepDocumentId(cluster.id, place + 1),
                       ToJson(cluster.steps[place])});
    }
  }
  return taken;
}

void Changes::PutBack() {
  ready_.insert(ready_.begin(), std::move_iterator(taken_ready_.begin()),
                std::move_iterator(taken_ready_.end()));
  for (auto& [sequence, taken] : taken_marked_) {
    Marked& marked = Of(*taken.cluster);
    marked.itself = marked.itself || taken.itself;
    marked.steps.merge(taken.steps);
  }
  taken_ready_.clear();
  taken_marked_.clear();
}

}  // namespace ecm::emr_model
