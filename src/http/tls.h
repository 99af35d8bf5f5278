#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/stream.h"

namespace ecm::http {

/// Whom we trust to say who a host is: the first of these that is given.
struct TrustRoots {
  std::string ca_bundle{};          ///< a PEM file, or a folder of hashed certificates
  std::string_view embedded_pem{};  ///< certificates in PEM
  /// Otherwise the machine's own, from where Linux distributions keep them.
};

/// What the TLS connections of one client share. Safe to use from several threads.
class TlsContext {
 public:
  /// kInvalidJob for a bundle that cannot be read; kInternal where no roots are found. Reading a
  /// whole bundle takes some 35 ms.
  static Result<std::shared_ptr<TlsContext>> Make(const TrustRoots& roots);
  virtual ~TlsContext() = default;

  /// TLS 1.2 or newer over `below`, with a peer whose certificate is for `host` (a name or an
  /// address). kUnavailable: what was wrong, and what to do where it is the certificate.
  virtual Result<std::unique_ptr<Stream>> Connect(std::unique_ptr<Stream> below,
                                                  const std::string& host,
                                                  const Deadline& deadline) = 0;
};

}  // namespace ecm::http
