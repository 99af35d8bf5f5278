#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace ecm::http {

/// An authority of a test's own that signs certificates for servers of a test.
class TestAuthority {
 public:
  struct Wish {
    std::vector<std::string> names{};    ///< "DNS:localhost", "IP:127.0.0.1"
    std::chrono::hours valid_from{-24};  ///< from now
    std::chrono::hours valid_to{24};
    int newest_tls = TLS1_3_VERSION;
    int oldest_tls = TLS1_2_VERSION;
    bool speaks_http2_alone = false;
  };

  explicit TestAuthority(const std::string& name);

  /// What a client trusts.
  const std::string& pem() const { return pem_; }
  /// What a server needs.
  std::shared_ptr<SSL_CTX> Issue(const Wish& wish) const;

 private:
  std::shared_ptr<EVP_PKEY> key_;
  std::shared_ptr<X509> certificate_;
  std::string pem_;
};

}  // namespace ecm::http
