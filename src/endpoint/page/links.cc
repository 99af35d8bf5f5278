#include "endpoint/page/links.h"

#include <fmt/format.h>

namespace ecm::endpoint::page {
namespace {

bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::string EncodeExcept(std::string_view text, std::string_view kept) {
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c) || kept.find(c) != std::string_view::npos) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string Encode(std::string_view text) { return EncodeExcept(text, ""); }
std::string EncodePath(std::string_view text) { return EncodeExcept(text, "/"); }

std::optional<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (std::size_t index = 0; index < text.size(); ++index) {
    if (text[index] != '%') {
      decoded += text[index];
      continue;
    }
    if (index + 2 >= text.size()) return std::nullopt;
    const int high = HexDigit(text[index + 1]);
    const int low = HexDigit(text[index + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    index += 2;
  }
  return decoded;
}

std::string Url::Query(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string() : found->second;
}

std::optional<Url> ParseUrl(std::string_view target) {
  Url url;
  const std::size_t question = target.find('?');
  url.path = target.substr(0, question);
  if (question == std::string_view::npos) return url;
  std::string_view rest = target.substr(question + 1);
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    const auto name = Decode(pair.substr(0, equals));
    const auto value = Decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    url.query.emplace(*name, *value);
  }
  return url;
}

std::string ClusterPath(std::string_view cluster_id) { return "/clusters/" + Encode(cluster_id); }

std::string ExecutionPath(std::string_view execution_arn) {
  return "/executions/" + Encode(execution_arn);
}

std::string LogPath(std::string_view bucket, std::string_view key) {
  return "/logs/" + Encode(bucket) + "/" + EncodePath(key);
}

std::string WorkLogPath(std::string_view cluster_id, std::string_view log) {
  return "/live/" + Encode(cluster_id) + "/" + EncodePath(log);
}

std::optional<Place> PlaceOfUri(std::string_view uri) {
  for (const std::string_view scheme : {"s3://", "s3a://", "s3n://"}) {
    if (!uri.starts_with(scheme)) continue;
    uri.remove_prefix(scheme.size());
    const std::size_t slash = uri.find('/');
    if (slash == 0 || uri.empty()) return std::nullopt;
    Place place{std::string(uri.substr(0, slash)), {}};
    if (slash != std::string_view::npos) place.key = uri.substr(slash + 1);
    return place;
  }
  return std::nullopt;
}

}  // namespace ecm::endpoint::page
