#include "sfn_model/sfn_service_model.h"

namespace ecm::sfn_model {

/// The bytes of data/stepfunctions/service_model.json; the build generates them.
extern const std::string_view kServiceModelText;

const service_model::ServiceModel& SfnServiceModel() {
  static const auto kModel = service_model::ServiceModel::MustParse(kServiceModelText);
  return kModel;
}

}  // namespace ecm::sfn_model
