#include "emr_model/emr_service_model.h"

namespace ecm::emr_model {

/// The bytes of data/emr/service_model.json; the build generates them.
extern const std::string_view kServiceModelText;

const service_model::ServiceModel& EmrServiceModel() {
  static const auto kModel = service_model::ServiceModel::MustParse(kServiceModelText);
  return kModel;
}

}  // namespace ecm::emr_model
