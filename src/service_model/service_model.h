#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "service_model/shape_validator.h"

namespace ecm::service_model {

/// The inputs of a service's operations: {operations: {name: input shape}, others: [name…], shapes:
/// {…}}, as in data/emr/service_model.json. Others are the operations that the service has and the
/// model has not.
class ServiceModel {
 public:
  /// kInternal for a text that is not such a model.
  static Result<ServiceModel> Parse(std::string_view text);
  /// The same for a model that is part of the program; a broken one ends it.
  static ServiceModel MustParse(std::string_view text);

  /// Whether the service has the operation although the model does not.
  bool IsElsewhere(std::string_view operation) const { return others_.contains(operation); }
  std::vector<std::string_view> Operations() const;

  /// ValidationException "2 validation errors detected: …; …". An operation without a shape is
  /// kInternal.
  Result<void> CheckRequest(std::string_view operation, const Json& request) const;

 private:
  explicit ServiceModel(ShapeValidator validator) : validator_(std::move(validator)) {}

  ShapeValidator validator_;
  std::map<std::string, std::string, std::less<>> inputs_;  ///< operation → shape
  std::set<std::string, std::less<>> others_;
};

}  // namespace ecm::service_model
