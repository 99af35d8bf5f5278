#include "endpoint/page/frame.h"

#include <algorithm>

#include "base/text.h"
#include "endpoint/page/links.h"

namespace ecm::endpoint::page {
namespace {

constexpr std::size_t kMaxJsonBytes = std::size_t{64} * 1024;
constexpr std::string_view kRefreshSeconds = "5";

std::string_view Mood(std::string_view state) {
  for (const std::string_view good : {"COMPLETED", "SUCCEEDED", "Succeeded"}) {
    if (state == good) return "good";
  }
  for (const std::string_view bad :
       {"FAILED", "TERMINATED_WITH_ERRORS", "TIMED_OUT", "ABORTED", "INTERRUPTED", "ARRESTED"}) {
    if (state == bad) return "bad";
  }
  if (state == "WAITING") return "waiting";
  return IsGoingOn(state) ? "busy" : "quiet";
}

std::string Pretty(std::string_view text) {
  const auto json = ParseJson(text);
  return json && (json->is_object() || json->is_array()) ? ToPrettyText(*json) : std::string(text);
}

void Head(Html& html, const Frame& frame) {
  html.Open("html", {{"lang", "en"}}).Open("head");
  html.Void("meta", {{"charset", "utf-8"}});
  html.Void("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
  html.Void("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
  if (!frame.refresh.empty() && !frame.held) {
    html.Void("meta", {{"http-equiv", "refresh"}, {"content", kRefreshSeconds}});
  }
  html.Element("title", frame.title + " · EMR on this machine");
  html.Void("link", {{"rel", "icon"}, {"href", "/icon.svg"}});
  html.Void("link", {{"rel", "stylesheet"}, {"href", "/style.css"}}).Close();
}

void RefreshNote(Html& html, const Frame& frame) {
  if (frame.refresh.empty()) return;
  const bool has_query = frame.refresh.find('?') != std::string::npos;
  html.Open("span", {{"class", "refresh"}});
  if (frame.held) {
    html.Text("Held. ").Link(frame.refresh, "Follow what goes on");
  } else {
    html.Text("Loaded again every " + std::string(kRefreshSeconds) + " s. ");
    html.Link(frame.refresh + (has_query ? "&" : "?") + "hold=1", "Hold this page");
  }
  html.Close();
}

}  // namespace

http::Response Render(const Frame& frame, const std::function<void(Html&)>& body) {
  Html html;
  Head(html, frame);
  html.Open("body");
  html.Element("a", "Skip to the content", {{"class", "skip"}, {"href", "#content"}});
  html.Open("header").Open("nav", {{"aria-label", "Pages"}});
  html.Open("strong").Link("/", "EMR on this machine").Close();
  html.Element("a", "Clusters", {{"href", "/#clusters"}});
  html.Element("a", "Executions", {{"href", "/#executions"}});
  RefreshNote(html, frame);
  html.Close().Close();
  html.Open("main", {{"id", "content"}});
  body(html);
  http::Response response;
  response.status = frame.status;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"}};
  response.body = html.Finish();
  return response;
}

http::Response Problem(unsigned status, const std::string& title, const std::string& message) {
  return Render({.title = title, .status = status}, [&](Html& html) {
    html.Element("h1", title).Open("p").Text(message).Close();
    html.Open("p").Link("/", "To the clusters and executions").Close();
  });
}

void Badge(Html& html, std::string_view state) {
  html.Element("span", state, {{"class", "badge " + std::string(Mood(state))}});
}

void Time(Html& html, const std::optional<WallTime>& time) {
  if (!time) {
    html.Text("–");
    return;
  }
  const std::string iso = ToIso8601(*time);
  std::string shown = iso.substr(0, 19);
  if (shown.size() > 10) shown[10] = ' ';
  html.Element("time", shown, {{"datetime", iso}});
}

void TimeAndAge(Html& html, const std::optional<WallTime>& time, WallTime now) {
  Time(html, time);
  if (!time || *time > now) return;
  html.Element("span", ToHumanDuration(now - *time) + " ago", {{"class", "sub"}});
}

std::string Lasted(const std::optional<WallTime>& begin, const std::optional<WallTime>& end,
                   WallTime now) {
  if (!begin) return "–";
  return ToHumanDuration(std::max(Duration{0}, end.value_or(now) - *begin));
}

void S3Link(Html& html, const std::string& uri) {
  if (const auto place = PlaceOfUri(uri)) {
    html.Link(LogPath(place->bucket, place->key), uri);
  } else {
    html.Text(uri);
  }
}

void JsonBox(Html& html, std::string_view text) {
  const std::string pretty = Pretty(text);
  html.Open("pre", {{"tabindex", "0"}}).Lines(TruncateUtf8(pretty, kMaxJsonBytes)).Close();
  if (pretty.size() > kMaxJsonBytes) {
    html.Element("p", "Only the first 64 KiB are shown.", {{"class", "note"}});
  }
}

void Command(Html& html, std::string_view text) {
  html.Open("pre", {{"class", "command"}, {"tabindex", "0"}}).Lines(text).Close();
}

void OpenTable(Html& html, std::string_view label,
               std::initializer_list<std::string_view> columns) {
  html.Open("div",
            {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", label}});
  html.Open("table").Open("thead").Open("tr");
  for (const std::string_view column : columns) html.Element("th", column, {{"scope", "col"}});
  html.Close().Close().Open("tbody");
}

void CloseTable(Html& html) { html.Close().Close().Close(); }

std::optional<WallTime> TimeAt(const Json& object, std::string_view key) {
  const std::optional<double> seconds = FindDouble(object, key);
  if (!seconds) return std::nullopt;
  return FromEpochSeconds(*seconds);
}

bool IsGoingOn(std::string_view state) {
  for (const std::string_view busy :
       {"STARTING", "BOOTSTRAPPING", "RUNNING", "TERMINATING", "CANCEL_PENDING", "PROVISIONING"}) {
    if (state == busy) return true;
  }
  return false;
}

}  // namespace ecm::endpoint::page
