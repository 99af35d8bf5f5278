#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "endpoint/page/html.h"
#include "http/server.h"

// What all pages share: the frame around them and the small pieces that they are made of.

namespace ecm::endpoint::page {

struct Frame {
  std::string title{};
  unsigned status = 200;
  /// The page's own address, where it shows something that goes on: it loads itself again.
  std::string refresh{};
  bool held = false;  ///< the reader stopped that
};

http::Response Render(const Frame& frame, const std::function<void(Html&)>& body);

/// A page that says what went wrong.
http::Response Problem(unsigned status, const std::string& title, const std::string& message);

/// The state as a word, with a colour beside it.
void Badge(Html& html, std::string_view state);
/// "2026-11-23 21:26:02", with the date for machines; "–" without a time.
void Time(Html& html, const std::optional<WallTime>& time);
/// A time and how long ago it was.
void TimeAndAge(Html& html, const std::optional<WallTime>& time, WallTime now);
/// From `begin` to `end`, to `now` where there is no end; "–" without a begin.
std::string Lasted(const std::optional<WallTime>& begin, const std::optional<WallTime>& end,
                   WallTime now);
/// "s3://…" as a link to the log page.
void S3Link(Html& html, const std::string& uri);
/// JSON in a box, indented; other text as it stands. Long ones are cut, and say so.
void JsonBox(Html& html, std::string_view text);
/// A command to copy.
void Command(Html& html, std::string_view text);

/// A table that scrolls by itself where the screen is narrow. Rows are written between the two.
void OpenTable(Html& html, std::string_view label, std::initializer_list<std::string_view> columns);
void CloseTable(Html& html);

/// Seconds since 1970 at `key`.
std::optional<WallTime> TimeAt(const Json& object, std::string_view key);
/// Clusters and executions whose state ends by itself.
bool IsGoingOn(std::string_view state);

}  // namespace ecm::endpoint::page
