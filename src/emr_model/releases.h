#pragma once

#include <string>
#include <vector>

#include "base/json.h"

namespace ecm::emr_model {

/// A release that the service has told of: data/emr/releases.json, part of the library.
struct Release {
  std::string label;
  JsonArray applications;  ///< shape SimplifiedApplication
};

/// Newest first. RunJobFlow takes labels beyond these: they are what is known, not what is allowed.
const std::vector<Release>& KnownReleases();

}  // namespace ecm::emr_model
