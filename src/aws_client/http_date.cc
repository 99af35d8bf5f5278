#include "aws_client/http_date.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace ecm::aws_client {

std::optional<WallTime> ParseHttpDate(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  static constexpr std::string_view kForm = "Www, dd Mmm yyyy hh:mm:ss GMT";
  if (text.size() != kForm.size() || text.substr(3, 2) != ", " || text.substr(25) != " GMT") {
    return std::nullopt;
  }
  const auto* const month = std::ranges::find(kMonths, text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  // The rest, digits and colons, is judged as the same moment in ISO 8601.
  const auto time =
      ParseIso8601(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), month - kMonths.begin() + 1,
                               text.substr(5, 2), text.substr(17, 8)));
  return time.has_value() ? std::optional(*time) : std::nullopt;
}

}  // namespace ecm::aws_client
