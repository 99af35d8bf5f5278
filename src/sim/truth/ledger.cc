#include "sim/truth/ledger.h"

#include <charconv>

namespace ecm::sim {

std::optional<std::size_t> IndexOfRun(std::string_view text) {
  constexpr std::string_view kRun = "run-";
  const std::size_t blank = text.find(' ');
  text = text.substr(0, blank);
  const std::size_t at = text.rfind(kRun);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(at + kRun.size());
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool whole = error == std::errc() && end == digits.data() + digits.size();
  if (!whole || number == 0) return std::nullopt;
  return number - 1;
}

}  // namespace ecm::sim
