#include "endpoint/page/links.h"

#include <gtest/gtest.h>

namespace ecm::endpoint::page {
namespace {

TEST(EncodeTest, LeavesNothingThatHasAMeaningInAnAddress) {
  EXPECT_EQ(Encode("a/b?c#d%e f\"<ö"), "a%2Fb%3Fc%23d%25e%20f%22%3C%C3%B6");
  EXPECT_EQ(EncodePath("a b/c?"), "a%20b/c%3F");
  EXPECT_EQ(Encode("AZaz09-._~"), "AZaz09-._~");
}

TEST(DecodeTest, ReadsBackWhatWasEncoded) {
  std::string all;
  for (int byte = 1; byte < 256; ++byte) all += static_cast<char>(byte);
  EXPECT_EQ(Decode(Encode(all)), all);
  EXPECT_EQ(Decode("a+b"), "a+b");
}

TEST(DecodeTest, RefusesBrokenEscapesAndNul) {
  for (const std::string_view text : {"%", "%4", "%zz", "a%0", "%00", "a%00b", "%-1"}) {
    EXPECT_FALSE(Decode(text).has_value()) << text;
  }
}

TEST(ParseUrlTest, TakesPathAndQueryApart) {
  const auto url = ParseUrl("/clusters/j-1?marker=a%3D%26&hold&marker=second");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->path, "/clusters/j-1");
  EXPECT_EQ(url->Query("marker"), "a=&");
  EXPECT_EQ(url->Query("hold"), "");
  EXPECT_EQ(url->Query("none"), "");
  EXPECT_FALSE(ParseUrl("/?a=%zz").has_value());
  EXPECT_TRUE(ParseUrl("/?&&=").has_value());
}

TEST(PathTest, NamesBecomeOneSegment) {
  EXPECT_EQ(ClusterPath("../x"), "/clusters/..%2Fx");
  EXPECT_EQ(ExecutionPath("arn:aws:states:r:0:execution:m:n"),
            "/executions/arn%3Aaws%3Astates%3Ar%3A0%3Aexecution%3Am%3An");
  EXPECT_EQ(LogPath("logs", "j-1/steps/a?.gz"), "/logs/logs/j-1/steps/a%3F.gz");
}

TEST(PlaceOfUriTest, KnowsTheThreeSchemes) {
  for (const std::string scheme : {"s3", "s3a", "s3n"}) {
    const auto place = PlaceOfUri(scheme + "://logs/emr/x");
    ASSERT_TRUE(place.has_value());
    EXPECT_EQ(place->bucket, "logs");
    EXPECT_EQ(place->key, "emr/x");
  }
  EXPECT_EQ(PlaceOfUri("s3://logs").value().key, "");
  for (const std::string_view text : {"", "s3:///key", "s3://", "file:///etc", "https://logs/x"}) {
    EXPECT_FALSE(PlaceOfUri(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace ecm::endpoint::page
