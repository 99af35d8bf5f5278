#include "sim/faults/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace ecm::sim {
namespace {

using testing::IsEmpty;
using testing::Not;

TEST(CatalogueTest, HasAllOneHundredAndNineRowsOnce) {
  std::vector<std::string> expected;
  for (const auto& [letter, count] :
       {std::pair{'A', 16}, {'B', 16}, {'C', 25}, {'D', 21}, {'E', 10}, {'F', 14}, {'G', 7}}) {
    for (int n = 1; n <= count; ++n) expected.push_back(letter + std::to_string(n));
  }
  std::vector<std::string> ids;
  for (const CatalogueRow& row : Catalogue()) ids.emplace_back(row.id);
  EXPECT_EQ(ids, expected);
  EXPECT_EQ(ids.size(), 109u);
}

TEST(CatalogueTest, EachRowIsSimulatedOrSaysWhyNotAndWhatHoldsItInstead) {
  for (const CatalogueRow& row : Catalogue()) {
    EXPECT_THAT(row.title, Not(IsEmpty())) << row.id;
    EXPECT_EQ(row.stands.empty(), !row.reason.empty()) << row.id;
    EXPECT_EQ(row.reason.empty(), row.covered_by.empty()) << row.id;
  }
}

TEST(CatalogueTest, ARowStandsWhereItCanHappen) {
  for (const CatalogueRow& row : Catalogue()) {
    for (const Stand& stand : row.stands) {
      if (!stand.site) continue;
      const std::span<const Site> sites = SitesOf(stand.fault);
      EXPECT_NE(std::ranges::find(sites, *stand.site), sites.end()) << row.id;
    }
  }
}

TEST(CatalogueTest, EveryFaultStandsForSomeRow) {
  std::set<Fault> standing;
  for (const CatalogueRow& row : Catalogue()) {
    for (const Stand& stand : row.stands) standing.insert(stand.fault);
  }
  // An index that lags and a policy for idle clusters are no rows of their own.
  standing.insert({Fault::kIndexLags, Fault::kIdlePolicy});
  for (std::size_t fault = 0; fault < kFaults; ++fault) {
    EXPECT_TRUE(standing.contains(static_cast<Fault>(fault))) << Name(static_cast<Fault>(fault));
  }
}

TEST(CatalogueTest, CountsTheSiteOfARowAlone) {
  Coverage coverage;
  coverage.Count(Fault::kThrottled, Site::kStoreGet);
  const auto is = [](std::string_view id) {
    return [id](const CatalogueRow& row) { return row.id == id; };
  };
  const CatalogueRow& throttled = *std::ranges::find_if(Catalogue(), is("B1"));
  EXPECT_EQ(CountOf(throttled, coverage), 0u);
  coverage.Count(Fault::kThrottled, Site::kRunJobFlow);
  coverage.Count(Fault::kFlooded, Site::kRunJobFlow);
  EXPECT_EQ(CountOf(throttled, coverage), 2u);
}

TEST(CatalogueTest, NamesTheRowsThatNeverHappened) {
  Coverage coverage;
  EXPECT_THAT(MissingRows(coverage), testing::Contains("D1"));
  coverage.Count(Fault::kAborted, Site::kPeople);
  EXPECT_THAT(MissingRows(coverage), Not(testing::Contains("D1")));
  EXPECT_THAT(MissingRows(coverage), Not(testing::Contains("G3")));
}

}  // namespace
}  // namespace ecm::sim
