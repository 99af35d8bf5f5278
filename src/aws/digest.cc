#include "aws/digest.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <stdexcept>

namespace ecm {
namespace {

// OpenSSL looks an algorithm up by its name each time that it is named: that takes longer than most
// hashes of ours. So it is named once.

struct FreeMac {
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};
using MacContext = std::unique_ptr<EVP_MAC_CTX, FreeMac>;

/// Both algorithms are built into OpenSSL, so that only memory can be missing, or the will: a
/// machine may be configured to refuse them. Nothing here works then.
void Require(bool done) {
  if (!done) throw std::runtime_error("this machine's OpenSSL refuses SHA-256 or HMAC");
}

template <class T>
T* Required(T* made) {
  Require(made != nullptr);
  return made;
}

const EVP_MD* Sha256Algorithm() {
  static const EVP_MD* const kAlgorithm = Required(EVP_MD_fetch(nullptr, "SHA256", nullptr));
  return kAlgorithm;
}

MacContext MakeMacContext() {
  static EVP_MAC* const kHmac = Required(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  MacContext context(Required(EVP_MAC_CTX_new(kHmac)));
  std::array name = {'S', 'H', 'A', '2', '5', '6', '\0'};
  const std::array parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_end()};
  Require(EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1);
  return context;
}

const unsigned char* Bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Digest Sha256(std::string_view bytes) {
  Digest digest;
  Require(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, Sha256Algorithm(),
                     nullptr) == 1);
  return digest;
}

Digest HmacSha256(std::span<const unsigned char> key, std::string_view text) {
  thread_local const MacContext kContext = MakeMacContext();
  // A key of no bytes is not "the key of before", as no pointer would be.
  static constexpr unsigned char kNoKey = 0;
  Digest digest;
  Require(EVP_MAC_init(kContext.get(), key.empty() ? &kNoKey : key.data(), key.size(), nullptr) ==
              1 &&
          EVP_MAC_update(kContext.get(), Bytes(text), text.size()) == 1 &&
          EVP_MAC_final(kContext.get(), digest.data(), nullptr, digest.size()) == 1);
  return digest;
}

std::string ToHex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex(2 * digest.size(), '0');
  auto digit = hex.begin();
  for (const unsigned char byte : digest) {
    *digit++ = kDigits[byte >> 4];
    *digit++ = kDigits[byte & 15];
  }
  return hex;
}

}  // namespace ecm
