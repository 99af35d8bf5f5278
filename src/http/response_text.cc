#include "http/response_text.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.h"

namespace ecm::http {
namespace {

struct Reason {
  unsigned status;
  std::string_view text;
};

/// RFC 9110, 15, as far as we answer; the text is for people and may be empty.
constexpr std::array kReasons = {
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{411, "Length Required"},
    Reason{413, "Content Too Large"},
    Reason{415, "Unsupported Media Type"},
    Reason{416, "Range Not Satisfiable"},
    Reason{417, "Expectation Failed"},
    Reason{421, "Misdirected Request"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{503, "Service Unavailable"},
    Reason{505, "HTTP Version Not Supported"},
};

std::string_view ReasonOf(unsigned status) {
  const auto* found = std::ranges::find(kReasons, status, &Reason::status);
  return found == kReasons.end() ? "" : found->text;
}

bool IsTokenCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

bool IsValueCharacter(char c) {
  return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != 0x7f);
}

bool IsOurs(std::string_view name) {
  return EqualsIgnoringCase(name, "content-length") || EqualsIgnoringCase(name, "connection") ||
         EqualsIgnoringCase(name, "transfer-encoding");
}

void AppendNumber(std::size_t number, std::string& out) {
  std::array<char, 20> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

}  // namespace

bool IsWellFormed(const Response& response) {
  return response.status >= 200 && response.status <= 599 &&
         std::ranges::all_of(response.headers, [](const auto& header) {
           return !header.first.empty() && std::ranges::all_of(header.first, IsTokenCharacter) &&
                  std::ranges::all_of(header.second, IsValueCharacter);
         });
}

bool MayHaveBody(unsigned status) { return status >= 200 && status != 204 && status != 304; }

void WriteHead(const Response& response, const ResponseContext& context, std::string& out) {
  out.assign("HTTP/1.1 ");
  AppendNumber(response.status, out);
  out.append(" ").append(ReasonOf(response.status)).append("\r\n");
  for (const auto& [name, value] : response.headers) {
    if (!IsOurs(name)) out.append(name).append(": ").append(value).append("\r\n");
  }
  if (MayHaveBody(response.status)) {
    out.append("Content-Length: ");
    AppendNumber(response.body.size(), out);
    out.append("\r\n");
  }
  if (!context.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (context.is_http10) {
    out.append("Connection: keep-alive\r\n");
  }
  out.append("\r\n");
}

}  // namespace ecm::http
