#include "endpoint/page/frame.h"
#include "endpoint/page/views.h"

namespace ecm::endpoint::page {
namespace {

constexpr std::size_t kMaxKeys = 1000;

/// The bucket and the folders down to the key, each a link to its list.
void Trail(Html& html, const std::string& bucket, const std::string& key) {
  html.Open("nav", {{"aria-label", "Folders"}, {"class", "trail mono"}});
  html.Link(LogPath(bucket, ""), bucket);
  std::size_t begin = 0;
  while (begin < key.size()) {
    const std::size_t slash = key.find('/', begin);
    if (slash == std::string::npos) break;
    html.Text(" / ").Link(LogPath(bucket, key.substr(0, slash + 1)),
                          key.substr(begin, slash - begin));
    begin = slash + 1;
  }
  if (begin < key.size()) html.Text(" / ").Element("strong", key.substr(begin));
  html.Close();
}

http::Response NotThere(const Error& error) {
  if (error.kind == ErrorKind::kNotFound) {
    return Problem(404, "No such log",
                   error.message + ". Logs are written when their step has ended.");
  }
  if (error.kind == ErrorKind::kAccessDenied) return Problem(403, "Not readable", error.message);
  return Problem(500, "The log could not be read", error.message);
}

http::Response Listing(const Sources& sources, const std::string& bucket,
                       const std::string& prefix) {
  const auto keys = sources.objects.ListKeys(sources.default_region, bucket, prefix, kMaxKeys);
  if (!keys) return NotThere(keys.error());
  const std::string uri = "s3://" + bucket + "/" + prefix;
  return Render({.title = uri}, [&](Html& html) {
    html.Element("h1", "Objects").Element("p", uri, {{"class", "mono"}});
    Trail(html, bucket, prefix);
    if (keys->empty()) {
      html.Element("p", "Nothing lies here. Logs are written when their step has ended.");
      return;
    }
    html.Open("ul", {{"class", "keys mono"}});
    for (const std::string& key : *keys) {
      html.Open("li").Link(LogPath(bucket, key), key.substr(prefix.size())).Close();
    }
    html.Close();
    if (keys->size() == kMaxKeys) {
      html.Element("p", "Only the first 1000 objects are listed.", {{"class", "note"}});
    }
  });
}

}  // namespace

void LogBox(Html& html, std::string_view tail, const std::string& whole) {
  if (tail.size() > kMaxLogBytes) {
    tail.remove_prefix(1);
    // It begins with a whole line, if there is one.
    const std::size_t newline = tail.find('\n');
    if (newline != std::string_view::npos && newline + 1 < tail.size()) {
      tail.remove_prefix(newline + 1);
    }
    html.Element("p", "Only the end is shown (256 KiB). The whole of it: " + whole,
                 {{"class", "note"}});
  }
  if (tail.empty()) {
    html.Element("p", "The log is empty.");
    return;
  }
  html.Open("pre", {{"class", "log"}, {"tabindex", "0"}}).Lines(tail).Close();
}

http::Response LogPage(const Sources& sources, const std::string& bucket, const std::string& key) {
  if (key.empty() || key.ends_with('/')) return Listing(sources, bucket, key);
  const auto tail = sources.objects.ReadTail(sources.default_region, bucket, key, kMaxLogBytes + 1);
  if (!tail) return NotThere(tail.error());
  const std::string name = key.substr(key.rfind('/') + 1);
  return Render({.title = name}, [&](Html& html) {
    html.Element("h1", name);
    Trail(html, bucket, key);
    LogBox(html, *tail, sources.buckets_folder + "/" + bucket + "/" + key);
  });
}

}  // namespace ecm::endpoint::page
