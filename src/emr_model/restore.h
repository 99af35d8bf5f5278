#pragma once

#include <vector>

#include "emr_model/cluster.h"
#include "store/document_store.h"

namespace ecm::emr_model {

/// The clusters of an earlier process with their steps, in the order of their creation. kInternal
/// names the document that cannot be read.
Result<std::vector<ClusterRecord>> LoadClusters(const DocumentStore& store);

}  // namespace ecm::emr_model
