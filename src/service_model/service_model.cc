#include "service_model/service_model.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace ecm::service_model {

Result<ServiceModel> ServiceModel::Parse(std::string_view text) {
  ECM_TRY(const Json document, ParseJson(text));
  const Json* shapes = Find(document, "shapes");
  const Json* operations = Find(document, "operations");
  if (shapes == nullptr || operations == nullptr || !operations->is_object()) {
    return Fail(ErrorKind::kInternal, "The service model has no shapes or operations");
  }
  ECM_TRY(ShapeValidator validator, ShapeValidator::Compile(*shapes));
  ServiceModel model(std::move(validator));
  for (const auto& operation : operations->get_object()) {
    if (!operation.value().is_string()) continue;
    model.inputs_.emplace(operation.key(), operation.value().get_string());
  }
  for (const Json& other : FindArray(document, "others")) {
    if (other.is_string()) model.others_.emplace(other.get_string());
  }
  return model;
}

ServiceModel ServiceModel::MustParse(std::string_view text) {
  Result<ServiceModel> model = Parse(text);
  if (!model.has_value()) {  // a broken build
    std::fprintf(stderr, "%s\n", model.error().message.c_str());
    std::abort();
  }
  return *std::move(model);
}

std::vector<std::string_view> ServiceModel::Operations() const {
  std::vector<std::string_view> names;
  names.reserve(inputs_.size());
  for (const auto& [name, shape] : inputs_) names.push_back(name);
  return names;
}

Result<void> ServiceModel::CheckRequest(std::string_view operation, const Json& request) const {
  const auto input = inputs_.find(operation);
  if (input == inputs_.end()) {
    return Fail(ErrorKind::kInternal,
                "The service model has no operation " + std::string(operation));
  }
  const std::vector<std::string> violations = validator_.Check(input->second, request);
  if (violations.empty()) return {};
  return Fail(ErrorKind::kInvalidJob,
              fmt::format("{} validation error{} detected: {}", violations.size(),
                          violations.size() == 1 ? "" : "s", fmt::join(violations, "; ")),
              "ValidationException");
}

}  // namespace ecm::service_model
