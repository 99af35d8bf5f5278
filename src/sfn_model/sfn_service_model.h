#pragma once

#include "service_model/service_model.h"

namespace ecm::sfn_model {

/// The inputs of Step Functions' operations, out of data/stepfunctions/service_model.json, which is
/// part of the library. Compiled at the first use.
const service_model::ServiceModel& SfnServiceModel();

}  // namespace ecm::sfn_model
