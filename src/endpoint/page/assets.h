#pragma once

#include <string_view>

namespace ecm::endpoint::page {

extern const std::string_view kStyle;  ///< style.css
extern const std::string_view kIcon;   ///< icon.svg

}  // namespace ecm::endpoint::page
