#pragma once

#include "service_model/service_model.h"

namespace ecm::emr_model {

/// The inputs of EMR's operations, out of data/emr/service_model.json, which is part of the
/// library. Compiled at the first use.
const service_model::ServiceModel& EmrServiceModel();

}  // namespace ecm::emr_model
