#pragma once

#include <algorithm>
#include <string>
#include <string_view>

// Case as protocols mean it: of ASCII letters, whatever the locale; other bytes stay as they are.

namespace ecm {

constexpr char ToLowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

inline std::string ToLowerAscii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ToLowerAscii(c);
  return lower;
}

inline bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return ToLowerAscii(c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace ecm
