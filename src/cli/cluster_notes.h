#pragma once

#include <string>
#include <vector>

#include "local/buckets.h"

namespace ecm::cli {

/// What is other here than at AWS for a cluster of this release and LogUri, for people: a Spark of
/// another line, logs that have no bucket. No line for a cluster of which nothing is to be said.
std::vector<std::string> ClusterNotes(const std::string& release_label, const std::string& log_uri,
                                      const local::Buckets& buckets);

}  // namespace ecm::cli
