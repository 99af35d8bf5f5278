#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ecm::emr_model {

/// How long the service takes a text to be: its Unicode characters, not their bytes.
inline std::size_t Characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace ecm::emr_model
