#include "aws_client/cloudwatch_logs.h"

#include <algorithm>

namespace ecm::aws_client {
namespace {

constexpr std::size_t kEventsPerPage = 10'000;  // what the service gives at most
/// A search that never ends must not hold a command for ever.
constexpr int kMaxPages = 1'000;

std::int64_t ToMilliseconds(WallTime time) { return time.time_since_epoch().count(); }

}  // namespace

Result<std::vector<LoggedLine>> CloudWatchLogs::FindLines(const Region& region,
                                                          const std::string& group,
                                                          const std::string& phrase, WallTime begin,
                                                          WallTime end, std::size_t max_lines) {
  std::vector<LoggedLine> lines;
  JsonObject input{{"logGroupName", group},
                   {"filterPattern", "\"" + phrase + "\""},
                   {"startTime", ToMilliseconds(begin)},
                   {"endTime", ToMilliseconds(end)}};
  for (int page = 0; page < kMaxPages && lines.size() < max_lines; ++page) {
    input["limit"] = std::min(max_lines - lines.size(), kEventsPerPage);
    ECM_TRY(const Json answer, client_.Call({.service = aws_config::kLogs,
                                             .region = region,
                                             .operation = "FilterLogEvents",
                                             .input = input,
                                             .repeat = Repeat::kSafe}));
    for (const Json& event : FindArray(answer, "events")) {
      lines.push_back({.time = WallTime{Duration{FindInt(event, "timestamp").value_or(0)}},
                       .text = StringOr(event, "message")});
    }
    const std::string token = StringOr(answer, "nextToken");
    if (token.empty()) break;
    input["nextToken"] = token;
  }
  if (lines.size() > max_lines) lines.resize(max_lines);
  return lines;
}

}  // namespace ecm::aws_client
