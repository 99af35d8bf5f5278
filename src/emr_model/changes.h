#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "emr_model/cluster.h"
#include "store/document_store.h"

namespace ecm::emr_model {

inline constexpr std::string_view kClusterKind = "emr_cluster";
inline constexpr std::string_view kStepKind = "emr_step";
inline constexpr std::string_view kEndedKind = "emr_ended";

/// "{cluster}/{number, 8 digits}", so that documents stand in the order of the steps.
std::string StepDocumentId(const ClusterId& cluster, std::size_t number);

EndedCluster OutlineOf(const ClusterRecord& cluster);
/// The line of a cluster that is over, in the order of creation.
Document EndedDocument(const EndedCluster& cluster);
Document WithoutBody(Document document);

/// Which records have changed since their documents were last taken. Records are read when they are
/// taken, not when they are marked: a step that starts and ends in between is one document.
class Changes {
 public:
  /// Without `keep` nothing is remembered and nothing costs.
  explicit Changes(bool keep) : keep_(keep) {}

  void Mark(const ClusterRecord& cluster);
  /// `step` is one of the cluster's.
  void Mark(const ClusterRecord& cluster, const StepRecord& step);
  /// The cluster and its steps will be gone.
  void Forget(const EndedCluster& cluster);
  /// A document that does not wait for its record.
  void Put(Document document);

  /// In the order of the clusters' creation, what is forgotten first.
  std::vector<Document> Take();
  /// What was taken last could not be stored: it is taken again, as it is then.
  void PutBack();

 private:
  struct Marked {
    const ClusterRecord* cluster = nullptr;
    bool itself = false;
    std::set<std::size_t> steps;  ///< places in the cluster's steps
  };

  Marked& Of(const ClusterRecord& cluster);

  const bool keep_;
  using BySequence = std::map<std::uint64_t, Marked>;
  BySequence marked_;
  BySequence taken_marked_;
  std::vector<Document> ready_;
  std::vector<Document> taken_ready_;
};

}  // namespace ecm::emr_model
