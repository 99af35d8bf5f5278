#pragma once

#include <string>
#include <string_view>

#include "aws_config/credential_source.h"
#include "base/json.h"

// What places answer with: keys, in JSON or not.

namespace ecm::aws_config {

/// How a place calls the members of its answer.
struct KeyNames {
  std::string_view id = "AccessKeyId";
  std::string_view secret = "SecretAccessKey";
  std::string_view token = "Token";
  std::string_view expires = "Expiration";
  bool temporary = true;  ///< token and time of expiration must be there
};

/// kUnavailable for an answer without them; no value of it is in the message.
Result<ResolvedCredentials> KeysIn(const Json& answer, const KeyNames& names, std::string source);

/// Sends it up to `attempts` times until there is an answer below 500, with a pause between.
Result<HttpResponse> SendAgain(const Ports& ports, const HttpRequest& request, int attempts,
                               Duration pause = Duration{0});

/// A request to a URL that may have a query, nothing of it sent yet. kInvalidJob as ParseHttpUrl.
Result<HttpRequest> RequestFor(std::string_view method, std::string_view url);

/// On one line and short.
std::string FitForMessage(std::string_view text);
/// The same, without what looks like a key or a token.
std::string FitForMessageWithoutKeys(std::string_view text);

}  // namespace ecm::aws_config
