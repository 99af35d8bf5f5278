#include <gmock/gmock.h>

#include <algorithm>

#include "emr_model/testing/fixture.h"

namespace ecm::emr_model {
namespace {

using testing::HasSubstr;

class InstanceTypesTest : public ModelFixture {
 protected:
  /// All pages, in the order in which they come.
  JsonArray ListAll(std::string_view region) {
    JsonArray types;
    JsonObject request{{"ReleaseLabel", "emr-7.10.0"}};
    for (int page = 0; page < 100; ++page) {
      const Result<Json> answer =
          model.Call(Region(std::string(region)), "ListSupportedInstanceTypes", request);
      EXPECT_TRUE(answer.has_value());
      if (!answer.has_value()) break;
      const JsonArray& told = FindArray(*answer, "SupportedInstanceTypes");
      EXPECT_LE(told.size(), 50U);
      types.insert(types.end(), told.begin(), told.end());
      const std::string marker = StringOr(*answer, "Marker");
      if (marker.empty()) return types;
      request["Marker"] = marker;
    }
    ADD_FAILURE() << "the pages do not end";
    return types;
  }
  std::string Type(std::string_view region, std::string_view name) {
    for (const Json& type : ListAll(region)) {
      if (StringOr(type, "Type") == name) return ToText(type);
    }
    return "";
  }
};

TEST_F(InstanceTypesTest, TellWhatEc2SaysOfThem) {
  EXPECT_EQ(Type("eu-west-1", "m5.xlarge"),
            R"({"Type":"m5.xlarge","MemoryGB":1.6E1,"StorageGB":0,"VCPU":4,"Is64BitsOnly":true,)"
            R"("EbsOptimizedAvailable":true,"EbsOptimizedByDefault":true,"NumberOfDisks":0,)"
            R"("EbsStorageOnly":true,"Architecture":"X86_64"})");
  EXPECT_EQ(Type("eu-west-1", "r6gd.2xlarge"),
            R"({"Type":"r6gd.2xlarge","MemoryGB":6.4E1,"StorageGB":474,"VCPU":8,)"
            R"("Is64BitsOnly":true,"EbsOptimizedAvailable":true,"EbsOptimizedByDefault":true,)"
            R"("NumberOfDisks":1,"EbsStorageOnly":false,"Architecture":"AARCH64"})");
  EXPECT_THAT(Type("us-east-1", "c1.medium"),
              testing::AllOf(HasSubstr(R"("Is64BitsOnly":false)"),
                             HasSubstr(R"("EbsOptimizedAvailable":false)")));
}

TEST_F(InstanceTypesTest, LeaveOutWhatIsNotKnown) {
  EXPECT_EQ(Type("us-east-1", "p3.2xlarge"), R"({"Type":"p3.2xlarge"})");
}

TEST_F(InstanceTypesTest, ComeByNameAndByRegion) {
  std::vector<std::string> names;
  for (const Json& type : ListAll("us-east-1")) names.push_back(StringOr(type, "Type"));
  EXPECT_EQ(names.size(), 746U);
  EXPECT_TRUE(std::ranges::is_sorted(names));
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
  EXPECT_EQ(ListAll("ca-west-1").size(), 154U);
  EXPECT_EQ(Type("ca-west-1", "m4.xlarge"), "");
}

TEST_F(InstanceTypesTest, AreRefusedWithLabelsMarkersAndRegionsThatAreNone) {
  const auto refusal = [&](std::string_view label, std::string_view marker) {
    return Refusal("ListSupportedInstanceTypes",
                   JsonObject{{"ReleaseLabel", label}, {"Marker", marker}});
  };
  EXPECT_EQ(refusal("emr-7", ""),
            "InvalidRequestException: The supplied release label is invalid: emr-7.");
  for (const std::string_view marker : {"x", "m5.large", "zz.large", "1"}) {
    EXPECT_EQ(refusal("emr-7.10.0", marker),
              "InvalidRequestException: Marker '" + std::string(marker) + "' is not valid.");
  }
  const Result<Json> nowhere = model.Call(Region("eu-nowhere-9"), "ListSupportedInstanceTypes",
                                          JsonObject{{"ReleaseLabel", "emr-7.10.0"}});
  ASSERT_FALSE(nowhere.has_value());
  EXPECT_EQ(nowhere.error().code, "InvalidRequestException");
  EXPECT_EQ(nowhere.error().message,
            "The built-in EMR does not know the instance types of the region 'eu-nowhere-9'.");
}

TEST_F(InstanceTypesTest, AreRefusedByAClusterWhereEmrDoesNotOfferThem) {
  const auto run = [&](std::string_view region, std::string_view type) {
    JsonObject request = Request();
    request["Instances"] = JsonObject{{"InstanceCount", 1}, {"MasterInstanceType", type}};
    const Result<Json> answer =
        model.Call(Region(std::string(region)), "RunJobFlow", std::move(request));
    return answer.has_value() ? "" : answer.error().code + ": " + answer.error().message;
  };
  EXPECT_EQ(run("us-east-1", "m4.xlarge"), "");
  EXPECT_EQ(run("ca-west-1", "m4.xlarge"),
            "ValidationException: Instance type 'm4.xlarge' is not supported.");
  EXPECT_EQ(run("us-east-1", "r7g.large"),
            "ValidationException: Instance type 'r7g.large' is not supported.");
  // What may be newer than the table is taken.
  EXPECT_EQ(run("us-east-1", "m99.xlarge"), "");
  EXPECT_EQ(run("eu-nowhere-9", "r7g.large"), "");
}

}  // namespace
}  // namespace ecm::emr_model
