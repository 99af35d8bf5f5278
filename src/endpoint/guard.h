#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "endpoint/endpoint.h"

// Who may come in. Every check answers kAccessDenied or another error whose code HttpStatus knows;
// the messages say what to do instead.

namespace ecm::endpoint {

/// "127.0.0.1" of "127.0.0.1:8367", "::1" of "[::1]:8367", in lower case; "" where it is no host.
std::string HostName(std::string_view host_header);

/// The name under which we were asked, and that no page of another origin asks in somebody's name:
/// Host (exactly one), Origin, Sec-Fetch-Site.
Result<void> CheckOrigin(const http::Request& request, const Access& access);

/// POST to "/" with a media type that no form can send: such a request needs a preflight, and
/// preflights are refused.
Result<void> CheckCall(const http::Request& request);

/// The service and region that the request was signed for; nothing where it is not signed.
/// IncompleteSignatureException for an AWS4 header that cannot be read.
Result<std::optional<SigningScope>> ReadScope(const http::Request& request);

/// That the request was signed for `service` and, where there are keys, with one of them. Answers
/// the region of the signature, or `default_region` for a request without one.
Result<Region> CheckSignature(const http::Request& request, const Service& service,
                              const Access& access, const Region& default_region, WallTime now);

/// Nothing of a page is kept, framed, told to others or allowed to run.
void AddPageHeaders(http::Response& response);

}  // namespace ecm::endpoint
