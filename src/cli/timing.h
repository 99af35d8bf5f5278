#pragma once

#include <optional>
#include <string_view>

#include "emr_model/emr_model.h"

namespace ecm::cli {

/// "instant" or "emr"; nothing for other names.
std::optional<emr_model::Timings> TimingsOf(std::string_view name);

}  // namespace ecm::cli
