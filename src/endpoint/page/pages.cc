#include "endpoint/page/pages.h"

#include "endpoint/page/assets.h"
#include "endpoint/page/frame.h"
#include "endpoint/page/views.h"

namespace ecm::endpoint::page {
namespace {

http::Response Asset(std::string_view type, std::string_view text) {
  http::Response response;
  response.headers = {{"Content-Type", std::string(type)}};
  response.body = text;
  return response;
}

/// The decoded rest of a path behind `prefix`, as one segment; nothing where it is another path.
std::optional<std::string> Rest(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix)) return std::nullopt;
  path.remove_prefix(prefix.size());
  if (path.empty() || path.find('/') != std::string_view::npos) return std::nullopt;
  return Decode(path);
}

/// No key leaves its bucket: folders that are none are refused here already.
bool HasDots(std::string_view key) {
  while (true) {
    const std::size_t slash = key.find('/');
    const std::string_view segment = key.substr(0, slash);
    if (segment == "." || segment == "..") return true;
    if (slash == std::string_view::npos) return false;
    key.remove_prefix(slash + 1);
  }
}

std::optional<http::Response> LogAt(const Sources& sources, std::string_view path) {
  constexpr std::string_view kPrefix = "/logs/";
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  const std::size_t slash = path.find('/');
  const auto bucket = Decode(path.substr(0, slash));
  const auto key = Decode(slash == std::string_view::npos ? "" : path.substr(slash + 1));
  if (!bucket || !key || bucket->empty()) return std::nullopt;
  if (bucket->find('/') != std::string::npos || HasDots(*bucket) || HasDots(*key)) {
    return Problem(404, "No such log", "A key of a bucket has no '.' or '..' for a folder.");
  }
  return LogPage(sources, *bucket, *key);
}

std::optional<http::Response> WorkLogAt(const Sources& sources, const Url& url) {
  constexpr std::string_view kPrefix = "/live/";
  std::string_view path = url.path;
  if (!path.starts_with(kPrefix)) return std::nullopt;
  path.remove_prefix(kPrefix.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto cluster = Decode(path.substr(0, slash));
  const auto log = Decode(path.substr(slash + 1));
  if (!cluster || !log) return std::nullopt;
  return WorkLogPage(sources, *cluster, *log, url);
}

}  // namespace

std::optional<http::Response> Page(const Sources& sources, std::string_view target) {
  const std::optional<Url> url = ParseUrl(target);
  if (!url) return Problem(400, "Not an address", "The address has a broken %-escape.");
  const std::string& path = url->path;
  if (path == "/") return OverviewPage(sources, *url);
  if (path == "/style.css") return Asset("text/css; charset=utf-8", kStyle);
  if (path == "/icon.svg") return Asset("image/svg+xml", kIcon);
  if (const auto id = Rest(path, "/clusters/")) return ClusterPage(sources, *id, *url);
  if (const auto arn = Rest(path, "/executions/")) return ExecutionPage(sources, *arn, *url);
  if (const auto arn = Rest(path, "/machines/")) return MachinePage(sources, *arn, *url);
  if (auto log = LogAt(sources, path)) return log;
  if (auto log = WorkLogAt(sources, *url)) return log;
  return Problem(404, "No such page", "There is nothing at this address.");
}

}  // namespace ecm::endpoint::page
