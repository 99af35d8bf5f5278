#include "sim/faults/catalogue.h"

#include <fmt/format.h>

namespace ecm::sim {

std::uint64_t CountOf(const CatalogueRow& row, const Coverage& counts) {
  std::uint64_t sum = 0;
  for (const Stand& stand : row.stands) {
    sum += stand.site ? counts.at(stand.fault, *stand.site) : counts.of(stand.fault);
  }
  return sum;
}

std::vector<std::string_view> MissingRows(const Coverage& injected) {
  std::vector<std::string_view> missing;
  for (const CatalogueRow& row : Catalogue()) {
    if (!row.stands.empty() && CountOf(row, injected) == 0) missing.push_back(row.id);
  }
  return missing;
}

std::string CatalogueText(const Coverage& injected, const Coverage& seeds_with) {
  std::string text =
      fmt::format("{:<4} {:<58} {:>10} {:>10}\n", "row", "what", "injected", "seeds");
  std::size_t simulated = 0;
  for (const CatalogueRow& row : Catalogue()) {
    if (row.stands.empty()) {
      text += fmt::format("{:<4} {:<58} not here: {} ({})\n", row.id, row.title, row.reason,
                          row.covered_by);
      continue;
    }
    ++simulated;
    text += fmt::format("{:<4} {:<58} {:>10} {:>10}\n", row.id, row.title, CountOf(row, injected),
                        CountOf(row, seeds_with));
  }
  text += fmt::format("{} rows, {} simulated, {} with a reason why not\n", Catalogue().size(),
                      simulated, Catalogue().size() - simulated);
  return text;
}

}  // namespace ecm::sim
