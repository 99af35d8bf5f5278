#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/faults/faults.h"

namespace ecm::sim {

/// What stands for a row: this fault, anywhere, or at one site alone.
struct Stand {
  Fault fault{};
  std::optional<Site> site = std::nullopt;
};

/// One row of the fault catalogue (docs/simulator.md): everything that can go wrong between
/// StartExecution and "the cluster is gone and somebody was told".
struct CatalogueRow {
  std::string_view id;  ///< "B2"
  std::string_view title;
  /// How it happens here; empty where it cannot.
  std::vector<Stand> stands{};
  /// Why it cannot happen here, and the test that holds it: "SubmitTest.LooksForTheCluster…" of the
  /// C++ tests, "test_…" of those in Python.
  std::string_view reason{};
  std::string_view covered_by{};
};

std::span<const CatalogueRow> Catalogue();

/// How often the row happened, in `counts`: injections or seeds.
std::uint64_t CountOf(const CatalogueRow& row, const Coverage& counts);
/// Rows that are simulated and never happened.
std::vector<std::string_view> MissingRows(const Coverage& injected);
/// For people: each row, how often and with how many seeds it happened, or why it cannot.
std::string CatalogueText(const Coverage& injected, const Coverage& seeds_with);

}  // namespace ecm::sim
