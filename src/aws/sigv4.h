#pragma once

#include <array>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/time.h"

// AWS Signature Version 4, header form (AWS's documentation, "Signature Version 4 signing
// process").

namespace ecm {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string session_token;  ///< "" for long-lived keys
};

/// What is signed. Nothing in it is changed by signing.
struct SignedParts {
  std::string method;
  std::string path;   ///< as it goes over the wire, "/" at least
  std::string query;  ///< as it goes over the wire, without "?"
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in any case; host among them
  std::string_view body;
};

struct SigningScope {
  std::string region;
  std::string service;  ///< the signing name: "elasticmapreduce", "states"

  bool operator==(const SigningScope&) const = default;
};

/// How a service reads the path: S3 takes it as it is, all others normalise and encode it again.
enum class PathStyle { kNormalized, kAsIs };

/// The keys that signatures are made with. Each holds for one secret, day, region and service, and
/// costs four of the five keyed hashes of a signature: who signs often keeps the last few. Safe to
/// use from several threads.
class SigningKeys {
 public:
  using Key = std::array<unsigned char, 32>;
  Key For(const std::string& secret, std::string_view day, const SigningScope& scope);

 private:
  struct Kept {
    std::string secret;
    std::string day;
    SigningScope scope;
    Key key;
  };
  std::mutex mutex_;
  std::deque<Kept> kept_;  ///< the newest last
};

/// The headers to add: x-amz-date, x-amz-security-token where there is a token,
/// x-amz-content-sha256 for kAsIs (S3 asks for it), authorization. Those of `parts` that have these
/// names count as not there; the ones that proxies and retries change are not signed. `keys`: where
/// the derived keys are kept.
std::vector<std::pair<std::string, std::string>> Sign(const SignedParts& parts,
                                                      const Credentials& credentials,
                                                      const SigningScope& scope, WallTime now,
                                                      PathStyle style = PathStyle::kNormalized,
                                                      SigningKeys* keys = nullptr);

/// What an Authorization header says of itself: "AWS4-HMAC-SHA256 Credential=…". Nothing where it
/// is no such header.
struct Authorization {
  std::string access_key_id;
  std::string date;  ///< "20261123"
  SigningScope scope;
  std::vector<std::string> signed_headers;
  std::string signature;  ///< 64 hexadecimal digits
};
std::optional<Authorization> ParseAuthorization(std::string_view header);

/// Whether `parts`, which carry an authorization header, were signed with one of `known` at most 15
/// minutes from `now`, host, operation and body included. Whether the scope is the right one is for
/// the caller to say; the same request may come again within its minutes. kAccessDenied with the
/// services' codes: MissingAuthenticationTokenException, IncompleteSignatureException,
/// UnrecognizedClientException, InvalidSignatureException.
Result<Authorization> Verify(const SignedParts& parts, const std::vector<Credentials>& known,
                             WallTime now);

}  // namespace ecm
