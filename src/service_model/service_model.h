#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/json.h"
#include "service_model/shape_validator.h"

namespace ecm::service_model {

/// The inputs of a service's operations: {operations: {name: input shape}, shapes: {…}}, as in
/// data/emr/service_model.json.
class ServiceModel {
 public:
  /// kInternal for a text that is not such a model.
  static Result<ServiceModel> Parse(std::string_view text);
  /// The same for a model that is part of the program; a broken one ends it.
  static ServiceModel MustParse(std::string_view text);

  /// ValidationException "2 validation errors detected: …; …". An operation without a shape is
  /// kInternal.
  Result<void> CheckRequest(std::string_view operation, const Json& request) const;

 private:
  explicit ServiceModel(ShapeValidator validator) : validator_(std::move(validator)) {}

  ShapeValidator validator_;
  std::map<std::string, std::string, std::less<>> inputs_;  ///< operation → shape
};

}  // namespace ecm::service_model
