#pragma once

#include <string>

#include "base/json.h"

namespace ecm::aws_client {

/// Compact JSON with numbers as the SDKs write them: 1767323045.678 and never 1.767323045678E9.
std::string ToWireText(const Json& json);

}  // namespace ecm::aws_client
