#include "endpoint/objects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace ecm::endpoint {
namespace {

using testing::HasSubstr;
using testing::Not;

class MapOfObjects : public StoredObjects {
 public:
  Result<std::uint64_t> SizeOf(const std::string& bucket, const std::string& key) override {
    if (bucket == "closed") return Fail(ErrorKind::kAccessDenied, "no");
    const auto found = objects.find(key);
    if (bucket != "b" || found == objects.end()) return Fail(ErrorKind::kNotFound, "none <such>");
    return found->second.size();
  }
  Result<std::string> Read(const std::string& /*bucket*/, const std::string& key,
                           std::uint64_t offset, std::size_t size) override {
    return objects.at(key).substr(offset, size);
  }
  Result<std::vector<std::string>> ListKeys(const std::string& bucket, const std::string& prefix,
                                            std::size_t max_keys) override {
    if (bucket != "b") return Fail(ErrorKind::kNotFound, "no such bucket");
    std::vector<std::string> keys;
    for (const auto& [key, text] : objects) {
      if (key.starts_with(prefix) && keys.size() < max_keys) keys.push_back(key);
    }
    return keys;
  }
  std::map<std::string, std::string> objects{{"a/1", "0123456789"}, {"a/2 &", ""}, {"c", "x"}};
};

class ObjectsTest : public testing::Test {
 protected:
  http::Response Get(const std::string& target, const std::string& range = "") {
    http::Request request{"GET", target, {}, ""};
    if (!range.empty()) request.headers.emplace_back("range", range);
    return ReadObjects(request, objects_, "id-1");
  }
  /// "206 bytes 2-3/10: 23"
  std::string Ranged(const std::string& range) {
    const http::Response response = Get("/b/a/1", range);
    std::string told = std::to_string(response.status);
    for (const auto& [name, value] : response.headers) {
      if (name == "Content-Range") told += " " + value;
    }
    return told + ": " + (response.status < 300 ? response.body : "");
  }
  MapOfObjects objects_;
};

TEST_F(ObjectsTest, GivesAnObject) {
  EXPECT_EQ(Ranged(""), "200: 0123456789");
  EXPECT_EQ(Get("/b/a/2%20%26").body, "");
  EXPECT_EQ(Get("/b/a/2%20%26").status, 200U);
}

TEST_F(ObjectsTest, GivesRangesOfIt) {
  EXPECT_EQ(Ranged("bytes=2-3"), "206 bytes 2-3/10: 23");
  EXPECT_EQ(Ranged("bytes=8-"), "206 bytes 8-9/10: 89");
  EXPECT_EQ(Ranged("bytes=8-4194303"), "206 bytes 8-9/10: 89");
  EXPECT_EQ(Ranged("bytes=-3"), "206 bytes 7-9/10: 789");
  EXPECT_EQ(Ranged("bytes=-99"), "200: 0123456789");
  EXPECT_EQ(Ranged("bytes=10-11"), "416: ");
  EXPECT_EQ(Ranged("bytes=-0"), "416: ");
  for (const char* odd : {"bytes=3-2", "bytes=x-", "bytes=", "bytes=1", "lines=1-2",
                          "bytes=99999999999999999999-", "bytes=-", "bytes=1-x"}) {
    EXPECT_EQ(Ranged(odd), "200: 0123456789") << odd;
  }
  EXPECT_THAT(Get("/b/a/2%20%26", "bytes=0-9").body, HasSubstr("<Code>InvalidRange</Code>"));
}

TEST_F(ObjectsTest, SaysWhatIsNotThere) {
  const http::Response missing = Get("/b/nope");
  EXPECT_EQ(missing.status, 404U);
  EXPECT_THAT(missing.body, HasSubstr("<Code>NoSuchKey</Code><Message>none &lt;such&gt;"));
  EXPECT_THAT(Get("/nope?list-type=2").body, HasSubstr("<Code>NoSuchBucket</Code>"));
  EXPECT_EQ(Get("/closed/a").status, 403U);
  EXPECT_EQ(Get("/").status, 501U);
  EXPECT_EQ(Get("/b?location").status, 501U);
  EXPECT_EQ(Get("/b?list-type=2&delimiter=/").status, 501U);
  EXPECT_EQ(Get("/%zz/a").status, 400U);
  EXPECT_EQ(Get("*").status, 400U);
}

TEST_F(ObjectsTest, ListsKeysPageByPage) {
  const std::string first = Get("/b?list-type=2&prefix=a/&max-keys=1").body;
  EXPECT_THAT(first, HasSubstr("<IsTruncated>true</IsTruncated>"));
  EXPECT_THAT(first, HasSubstr("<NextContinuationToken>a/1</NextContinuationToken>"));
  EXPECT_THAT(first, HasSubstr("<Contents><Key>a/1</Key><Size>10</Size></Contents>"));
  const std::string second = Get("/b/?list-type=2&prefix=a/&continuation-token=a/1").body;
  EXPECT_THAT(second, HasSubstr("<IsTruncated>false</IsTruncated>"));
  EXPECT_THAT(second, HasSubstr("<Key>a/2 &amp;</Key>"));
  EXPECT_THAT(second, Not(HasSubstr("<Key>c</Key>")));
  EXPECT_THAT(Get("/b?list-type=2&max-keys=0").body, HasSubstr("<KeyCount>0</KeyCount>"));
}

}  // namespace
}  // namespace ecm::endpoint
