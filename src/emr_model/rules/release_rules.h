#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace ecm::emr_model {

/// "emr-7.10.0" → 7, 10; none for what has another form.
std::optional<std::pair<int, int>> ParseRelease(std::string_view label);

/// "The supplied release label is invalid: emr-x."
std::string InvalidRelease(std::string_view label);

}  // namespace ecm::emr_model
