#include "emr_model/rules/release_rules.h"

#include <charconv>

#include "base/text.h"

namespace ecm::emr_model {

std::optional<std::pair<int, int>> ParseRelease(std::string_view label) {
  constexpr std::string_view kPrefix = "emr-";
  if (!label.starts_with(kPrefix)) return std::nullopt;
  int numbers[3] = {0, 0, 0};
  const char* at = label.data() + kPrefix.size();
  const char* const end = label.data() + label.size();
  for (int i = 0; i < 3; ++i) {
    if (i > 0) {
      if (at == end || *at != '.') return std::nullopt;
      ++at;
    }
    if (at == end || *at == '-') return std::nullopt;
    const auto [next, error] = std::from_chars(at, end, numbers[i]);
    if (error != std::errc()) return std::nullopt;
    at = next;
  }
  if (at != end) return std::nullopt;
  return std::pair(numbers[0], numbers[1]);
}

std::string InvalidRelease(std::string_view label) {
  return "The supplied release label is invalid: " + ToOneLine(TruncateUtf8(label, 64)) + ".";
}

}  // namespace ecm::emr_model
