#include "aws/digest.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace ecm {
namespace {

std::string HexHmac(std::string_view key, std::string_view text) {
  const std::span bytes(reinterpret_cast<const unsigned char*>(key.data()), key.size());
  return ToHex(HmacSha256(bytes, text));
}

// The expected values are those of NIST's FIPS 180 examples and of RFC 4231.

TEST(DigestTest, HashesAsTheStandardSays) {
  EXPECT_EQ(HexSha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(HexSha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(HexSha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(DigestTest, AuthenticatesAsTheStandardSays) {
  EXPECT_EQ(HexHmac(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(HexHmac("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      HexHmac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(DigestTest, AKeyOfNoBytesIsNotTheKeyOfBefore) {
  const std::string without = HexHmac("", "");
  EXPECT_EQ(without, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  EXPECT_NE(HexHmac("key", ""), without);
  EXPECT_EQ(HexHmac("", ""), without);
}

TEST(DigestTest, IsTheSameInEveryThread) {
  const std::string expected = HexHmac("Jefe", "text");
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&] {
      for (int i = 0; i < 100; ++i) EXPECT_EQ(HexHmac("Jefe", "text"), expected);
    });
  }
}

}  // namespace
}  // namespace ecm
