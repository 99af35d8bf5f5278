#include "aws/sigv4_canonical.h"

#include <algorithm>
#include <optional>

#include "base/ascii.h"

namespace ecm {
namespace {

bool IsUnreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

void AppendEncoded(char c, std::string& out) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out += '%';
  out += kDigits[byte >> 4];
  out += kDigits[byte & 15];
}

/// Without empty, "." and ".." segments; a slash at the end stays.
std::string NormalizedPath(std::string_view path) {
  std::vector<std::string_view> kept;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view segment = path.substr(begin, end - begin);
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (!segment.empty() && segment != ".") {
      kept.push_back(segment);
    }
    begin = end + 1;
  }
  std::string normalized;
  for (const std::string_view segment : kept) normalized.append("/").append(segment);
  if (kept.empty() || path.ends_with('/')) normalized += '/';
  return normalized;
}

std::string CanonicalPath(std::string_view path, PathStyle style) {
  if (style == PathStyle::kAsIs) return path.empty() ? "/" : std::string(path);
  std::string canonical;
  for (const char c : NormalizedPath(path)) {
    if (IsUnreserved(c) || c == '/') {
      canonical += c;
    } else {
      AppendEncoded(c, canonical);
    }
  }
  return canonical;
}

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return std::nullopt;
}

/// What escapes mean, escaped in the one canonical way.
std::string CanonicalEscapes(std::string_view text) {
  std::string canonical;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%' && i + 2 < text.size()) {
      const auto high = HexDigit(text[i + 1]);
      const auto low = HexDigit(text[i + 2]);
      if (high.has_value() && low.has_value()) {
        c = static_cast<char>(*high * 16 + *low);
        i += 2;
      }
    }
    if (IsUnreserved(c)) {
      canonical += c;
    } else {
      AppendEncoded(c, canonical);
    }
  }
  return canonical;
}

std::string CanonicalQuery(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (std::size_t begin = 0; begin < query.size();) {
    const std::size_t end = std::min(query.find('&', begin), query.size());
    const std::string_view pair = query.substr(begin, end - begin);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    if (!pair.empty()) {
      pairs.emplace_back(CanonicalEscapes(pair.substr(0, equals)),
                         CanonicalEscapes(pair.substr(std::min(equals + 1, pair.size()))));
    }
    begin = end + 1;
  }
  std::ranges::sort(pairs);
  std::string canonical;
  for (const auto& [key, value] : pairs) {
    if (!canonical.empty()) canonical += '&';
    canonical.append(key).append("=").append(value);
  }
  return canonical;
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

/// Each run of white space is one space, at the ends none.
void AppendFolded(std::string_view value, std::string& out) {
  bool owed = false;
  bool begun = false;
  for (const char c : value) {
    if (IsSpace(c)) {
      owed = begun;
      continue;
    }
    if (owed) out += ' ';
    owed = false;
    begun = true;
    out += c;
  }
}

}  // namespace

std::string JoinHeaderNames(const std::vector<std::string>& names) {
  std::string joined;
  for (const std::string& name : names) {
    if (!joined.empty()) joined += ';';
    joined += name;
  }
  return joined;
}

std::string CanonicalRequest(const SignedParts& parts,
                             const std::vector<std::string>& signed_headers,
                             std::string_view payload_hash, PathStyle style) {
  std::string canonical = parts.method;
  canonical.append("\n").append(CanonicalPath(parts.path, style));
  canonical.append("\n").append(CanonicalQuery(parts.query)).append("\n");
  for (const std::string& name : signed_headers) {
    canonical.append(name);
    char separator = ':';
    for (const auto& header : parts.headers) {
      if (!EqualsIgnoringCase(header.first, name)) continue;
      canonical += separator;
      separator = ',';
      AppendFolded(header.second, canonical);
    }
    canonical += '\n';
  }
  canonical.append("\n").append(JoinHeaderNames(signed_headers));
  canonical.append("\n").append(payload_hash);
  return canonical;
}

}  // namespace ecm
