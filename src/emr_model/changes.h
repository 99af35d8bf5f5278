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

/// "{cluster}/{number, 8 digits}", so that documents stand in the order of the steps.
std::string StepDocumentId(const ClusterId& cluster, std::size_t number);

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
  void Forget(const ClusterRecord& cluster);

  /// In the order of the clusters' creation, what is forgotten first.
  std::vector<Document> Take();

 private:
  struct Marked {
    const ClusterRecord* cluster = nullptr;
    bool itself = false;
    std::set<std::size_t> steps;  ///< places in the cluster's steps
  };

  Marked& Of(const ClusterRecord& cluster);

  const bool keep_;
  std::map<std::uint64_t, Marked> marked_;  ///< by sequence
  std::vector<Document> gone_;
};

}  // namespace ecm::emr_model
