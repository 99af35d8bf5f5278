#include "aws/sigv4.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <span>

#include "aws/digest.h"
#include "aws/sigv4_canonical.h"
#include "base/ascii.h"
#include "base/text.h"

namespace ecm {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kScopeEnd = "aws4_request";
constexpr auto kAllowedSkew = 15min;
/// Each is looked for among all headers, before we know who asks; honest requests sign a dozen.
constexpr std::size_t kMaxSignedHeaders = 64;

constexpr std::string_view kMissing = "MissingAuthenticationTokenException";
constexpr std::string_view kIncomplete = "IncompleteSignatureException";
constexpr std::string_view kUnrecognized = "UnrecognizedClientException";
constexpr std::string_view kInvalid = "InvalidSignatureException";

/// What proxies, HTTP clients and retries set after signing.
constexpr auto kNotSigned = std::to_array<std::string_view>(
    {"amz-sdk-invocation-id", "amz-sdk-request", "authorization", "baggage", "connection",
     "content-length", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization", "te",
     "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade", "user-agent",
     "x-amzn-trace-id"});

/// What signing adds itself.
bool IsAdded(std::string_view name) {
  return name == "x-amz-date" || name == "x-amz-security-token" || name == "x-amz-content-sha256";
}

/// A function signs for two services, a command for four.
constexpr std::size_t kMostKept = 8;

/// "20261123T213045Z"
std::string ToAmzDate(WallTime time) {
  std::string date = ToIso8601(time).substr(0, 19) + "Z";
  std::erase_if(date, [](char c) { return c == '-' || c == ':'; });
  return date;
}

bool IsDigits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<WallTime> ParseAmzDate(std::string_view date) {
  if (date.size() != 16 || date[8] != 'T' || date[15] != 'Z') return std::nullopt;
  if (!IsDigits(date.substr(0, 8)) || !IsDigits(date.substr(9, 6))) return std::nullopt;
  const auto part = [date](std::size_t at, std::size_t size) {
    return std::string(date.substr(at, size));
  };
  const auto time = ParseIso8601(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" +
                                 part(9, 2) + ":" + part(11, 2) + ":" + part(13, 2) + "Z");
  return time.has_value() ? std::optional(*time) : std::nullopt;
}

std::string ScopeText(std::string_view day, const SigningScope& scope) {
  return std::string(day) + "/" + scope.region + "/" + scope.service + "/" + std::string(kScopeEnd);
}

Digest Derive(const std::string& secret, std::string_view day, const SigningScope& scope) {
  const std::string first = "AWS4" + secret;
  const std::span first_bytes(reinterpret_cast<const unsigned char*>(first.data()), first.size());
  return HmacSha256(
      HmacSha256(HmacSha256(HmacSha256(first_bytes, day), scope.region), scope.service), kScopeEnd);
}

std::string Signature(const Digest& key, const std::string& amz_date, const SigningScope& scope,
                      std::string_view canonical_request) {
  const std::string to_sign = std::string(kAlgorithm) + "\n" + amz_date + "\n" +
                              ScopeText(amz_date.substr(0, 8), scope) + "\n" +
                              HexSha256(canonical_request);
  return ToHex(HmacSha256(key, to_sign));
}

/// The values of the headers of this name, in their order.
std::vector<std::string_view> HeaderValues(const SignedParts& parts, std::string_view name) {
  std::vector<std::string_view> values;
  for (const auto& header : parts.headers) {
    if (EqualsIgnoringCase(header.first, name)) values.emplace_back(header.second);
  }
  return values;
}

std::unexpected<Error> Refuse(std::string_view code, std::string message) {
  return Fail(ErrorKind::kAccessDenied, std::move(message), std::string(code));
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(separator, begin), text.size());
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

bool ReadCredential(std::string_view text, Authorization& out) {
  const auto parts = Split(text, '/');
  if (parts.size() < 5) return false;
  // A key id may hold slashes; what comes after it may not.
  const auto last = parts.end();
  const std::string_view day = last[-4];
  if (last[-1] != kScopeEnd || last[-2].empty() || last[-3].empty()) return false;
  if (day.size() != 8 || !IsDigits(day)) return false;
  const std::size_t scope_size = day.size() + last[-3].size() + last[-2].size() + kScopeEnd.size();
  out.access_key_id = text.substr(0, text.size() - scope_size - 4);
  out.date = day;
  out.scope = {std::string(last[-3]), std::string(last[-2])};
  return !out.access_key_id.empty();
}

bool ReadSignedHeaders(std::string_view text, Authorization& out) {
  for (const std::string_view name : Split(text, ';')) {
    if (out.signed_headers.size() == kMaxSignedHeaders) return false;
    if (name.empty() || ToLowerAscii(name) != name) return false;
    if (!out.signed_headers.empty() && name <= out.signed_headers.back()) return false;
    out.signed_headers.emplace_back(name);
  }
  return true;
}

bool ReadSignature(std::string_view text, Authorization& out) {
  out.signature = text;
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// The name of a header that changes what the request means and that the signature leaves open.
std::string_view UncoveredHeader(const SignedParts& parts, const Authorization& authorization) {
  for (const std::string_view name : {"host", "x-amz-target"}) {
    const bool is_covered =
        std::ranges::find(authorization.signed_headers, name) != authorization.signed_headers.end();
    if (!is_covered && (name == "host" || !HeaderValues(parts, name).empty())) return name;
  }
  return {};
}

Result<void> CheckTime(const Authorization& authorization, std::string_view amz_date,
                       WallTime now) {
  const auto signed_at = ParseAmzDate(amz_date);
  if (!signed_at.has_value()) {
    return Refuse(kIncomplete, "the X-Amz-Date header is not a time like 20261123T213045Z");
  }
  if (amz_date.substr(0, 8) != authorization.date) {
    return Refuse(kInvalid, "the credential is for the day " + authorization.date +
                                ", the request was signed on " +
                                std::string(amz_date.substr(0, 8)));
  }
  const bool is_early = *signed_at > now;
  if ((is_early ? *signed_at - now : now - *signed_at) <= kAllowedSkew) return {};
  return Refuse(kInvalid, "the request was signed at " + std::string(amz_date) +
                              ", more than 15 minutes " + (is_early ? "after" : "before") + " " +
                              ToAmzDate(now) + " here: check the clock");
}

Result<std::string> CheckedPayloadHash(const SignedParts& parts) {
  std::string hash = HexSha256(parts.body);
  for (const std::string_view told : HeaderValues(parts, "x-amz-content-sha256")) {
    if (told != hash) {
      return Refuse(kInvalid, "the X-Amz-Content-Sha256 header is not the hash of the body");
    }
  }
  return hash;
}

}  // namespace

SigningKeys::Key SigningKeys::For(const std::string& secret, std::string_view day,
                                  const SigningScope& scope) {
  const std::scoped_lock lock(mutex_);
  const auto found = std::ranges::find_if(kept_, [&](const Kept& kept) {
    return kept.day == day && kept.scope == scope && kept.secret == secret;
  });
  if (found != kept_.end()) return found->key;
  if (kept_.size() == kMostKept) kept_.pop_front();
  kept_.push_back({secret, std::string(day), scope, Derive(secret, day, scope)});
  return kept_.back().key;
}

std::vector<std::pair<std::string, std::string>> Sign(const SignedParts& parts,
                                                      const Credentials& credentials,
                                                      const SigningScope& scope, WallTime now,
                                                      PathStyle style, SigningKeys* keys) {
  const std::string amz_date = ToAmzDate(now);
  const std::string payload_hash = HexSha256(parts.body);
  std::vector<std::pair<std::string, std::string>> added = {{"x-amz-date", amz_date}};
  if (!credentials.session_token.empty()) {
    added.emplace_back("x-amz-security-token", credentials.session_token);
  }
  if (style == PathStyle::kAsIs) added.emplace_back("x-amz-content-sha256", payload_hash);

  SignedParts whole{parts.method, parts.path, parts.query, {}, parts.body};
  for (const auto& [name, value] : parts.headers) {
    std::string lower = ToLowerAscii(name);
    if (!IsAdded(lower) && std::ranges::find(kNotSigned, lower) == kNotSigned.end()) {
      whole.headers.emplace_back(std::move(lower), value);
    }
  }
  whole.headers.insert(whole.headers.end(), added.begin(), added.end());
  std::vector<std::string> names;
  names.reserve(whole.headers.size());
  for (const auto& header : whole.headers) names.push_back(header.first);
  std::ranges::sort(names);
  names.erase(std::ranges::unique(names).begin(), names.end());

  const std::string& secret = credentials.secret_access_key;
  const std::string_view day = std::string_view(amz_date).substr(0, 8);
  const Digest key = keys == nullptr ? Derive(secret, day, scope) : keys->For(secret, day, scope);
  const std::string signature =
      Signature(key, amz_date, scope, CanonicalRequest(whole, names, payload_hash, style));
  added.emplace_back("authorization",
                     std::string(kAlgorithm) + " Credential=" + credentials.access_key_id + "/" +
                         ScopeText(day, scope) + ", SignedHeaders=" + JoinHeaderNames(names) +
                         ", Signature=" + signature);
  return added;
}

std::optional<Authorization> ParseAuthorization(std::string_view header) {
  if (!header.starts_with(kAlgorithm)) return std::nullopt;
  header.remove_prefix(kAlgorithm.size());
  if (!header.starts_with(' ')) return std::nullopt;
  Authorization authorization;
  struct Part {
    std::string_view name;
    bool (*read)(std::string_view, Authorization&);
    bool was_read = false;
  };
  std::array<Part, 3> parts = {Part{"Credential=", ReadCredential},
                               Part{"SignedHeaders=", ReadSignedHeaders},
                               Part{"Signature=", ReadSignature}};
  for (std::string_view text : Split(header, ',')) {
    const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
    text = text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
    auto* const part =
        std::ranges::find_if(parts, [text](const Part& p) { return text.starts_with(p.name); });
    if (part == parts.end() || part->was_read) return std::nullopt;
    if (!part->read(text.substr(part->name.size()), authorization)) return std::nullopt;
    part->was_read = true;
  }
  if (!std::ranges::all_of(parts, &Part::was_read)) return std::nullopt;
  return authorization;
}

Result<Authorization> Verify(const SignedParts& parts, const std::vector<Credentials>& known,
                             WallTime now) {
  const auto headers = HeaderValues(parts, "authorization");
  if (headers.empty()) {
    return Refuse(kMissing, "the request is not signed: it has no Authorization header");
  }
  const auto authorization = ParseAuthorization(headers.front());
  if (headers.size() > 1 || !authorization.has_value()) {
    return Refuse(kIncomplete,
                  "the Authorization header is not one \"AWS4-HMAC-SHA256 Credential=..., "
                  "SignedHeaders=..., Signature=...\"");
  }
  const auto dates = HeaderValues(parts, "x-amz-date");
  if (dates.size() != 1) {
    return Refuse(kIncomplete, "a signed request has one X-Amz-Date header, this one has " +
                                   std::to_string(dates.size()));
  }
  if (const auto name = UncoveredHeader(parts, *authorization); !name.empty()) {
    return Refuse(kInvalid, "the signature does not cover the header " + std::string(name));
  }
  for (const std::string& name : authorization->signed_headers) {
    if (!HeaderValues(parts, name).empty()) continue;
    return Refuse(kInvalid, "the signature covers the header " + ToOneLine(name) +
                                ", which the request does not have");
  }
  ECM_TRY_VOID(CheckTime(*authorization, dates.front(), now));
  const auto credentials =
      std::ranges::find(known, authorization->access_key_id, &Credentials::access_key_id);
  if (credentials == known.end()) {
    return Refuse(kUnrecognized, "the access key " + ToOneLine(authorization->access_key_id) +
                                     " is not one that is known here");
  }
  ECM_TRY(const std::string payload_hash, CheckedPayloadHash(parts));
  const PathStyle style =
      authorization->scope.service == "s3" ? PathStyle::kAsIs : PathStyle::kNormalized;
  const std::string expected =
      Signature(Derive(credentials->secret_access_key, authorization->date, authorization->scope),
                std::string(dates.front()), authorization->scope,
                CanonicalRequest(parts, authorization->signed_headers, payload_hash, style));
  if (CRYPTO_memcmp(expected.data(), authorization->signature.data(), expected.size()) != 0) {
    return Refuse(kInvalid,
                  "the signature is not that of this request under this key: check the secret "
                  "access key, and that nothing changed the request on its way");
  }
  const auto tokens = HeaderValues(parts, "x-amz-security-token");
  const std::string_view token = tokens.empty() ? std::string_view() : tokens.front();
  if (tokens.size() > 1 || token.size() != credentials->session_token.size() ||
      CRYPTO_memcmp(token.data(), credentials->session_token.data(), token.size()) != 0) {
    return Refuse(kUnrecognized, "the session token is not the one of the access key " +
                                     ToOneLine(authorization->access_key_id));
  }
  return *authorization;
}

}  // namespace ecm
