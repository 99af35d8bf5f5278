#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "emr_model/shape_validator.h"

namespace ecm::emr_model {

/// The inputs of the operations, out of data/emr/service_model.json, which is part of the library.
class ServiceModel {
 public:
  /// Compiled at the first use.
  static const ServiceModel& Instance();

  /// ValidationException "2 validation errors detected: …; …". An operation without a shape is
  /// kInternal.
  Result<void> CheckRequest(std::string_view operation, const Json& request) const;

 private:
  explicit ServiceModel(ShapeValidator validator) : validator_(std::move(validator)) {}
  static Result<ServiceModel> Load();

  ShapeValidator validator_;
  std::map<std::string, std::string, std::less<>> inputs_;  ///< operation → shape
};

}  // namespace ecm::emr_model
