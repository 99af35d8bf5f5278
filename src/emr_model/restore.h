#pragma once

#include <vector>

#include "emr_model/cluster.h"
#include "store/document_store.h"

namespace ecm::emr_model {

/// One cluster with its steps. kInternal names the document that is missing or cannot be read.
Result<ClusterRecord> LoadCluster(const DocumentStore& store, const ClusterId& id);

/// What an earlier process has left, each in the order of creation.
struct StoredClusters {
  std::vector<ClusterRecord> clusters;
  std::vector<EndedCluster> ended;  ///< those of which no more is wanted
  std::vector<Document> repairs;    ///< what must be stored so that the index is complete
};

/// With `outlines`, clusters that are over are read from the index alone. A cluster that is not
/// there, because it was over before there was an index, is read as a whole, once.
Result<StoredClusters> LoadClusters(const DocumentStore& store, bool outlines);

}  // namespace ecm::emr_model
