#pragma once

#include <string>

#include "http/server.h"

namespace ecm::http {

struct ResponseContext {
  bool is_http10 = false;
  bool keep_alive = true;
};

/// Whether the bytes of this answer are those that its headers say: a status of three digits, names
/// that are tokens, no line break in a value.
bool IsWellFormed(const Response& response);

/// Replaces `out` by the status line, the headers and the empty line after them. Content-Length and
/// Connection among the response's own headers are left out in favour of the right ones.
void WriteHead(const Response& response, const ResponseContext& context, std::string& out);

/// 1xx, 204 and 304 have none whatever the response says.
bool MayHaveBody(unsigned status);

}  // namespace ecm::http
