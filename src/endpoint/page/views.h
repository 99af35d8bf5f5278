#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "endpoint/page/html.h"
#include "endpoint/page/links.h"
#include "endpoint/page/pages.h"
#include "http/server.h"

// One function for each page, and what they read together.

namespace ecm::endpoint::page {

http::Response OverviewPage(const Sources& sources, const Url& url);
http::Response ClusterPage(const Sources& sources, const std::string& id, const Url& url);
http::Response ExecutionPage(const Sources& sources, const std::string& arn, const Url& url);
http::Response MachinePage(const Sources& sources, const std::string& arn, const Url& url);
http::Response LogPage(const Sources& sources, const std::string& bucket, const std::string& key);
http::Response WorkLogPage(const Sources& sources, const std::string& cluster,
                           const std::string& log, const Url& url);

inline constexpr std::size_t kMaxLogBytes = std::size_t{256} * 1024;
/// A log in a box. `tail` was read with one byte more than kMaxLogBytes, which tells whether there
/// is more; `whole` is the file that has all of it.
void LogBox(Html& html, std::string_view tail, const std::string& whole);

/// One of the files that a step or bootstrap action writes while it runs.
struct WorkLog {
  std::string label;  ///< "driver stderr"
  std::string log;    ///< "s-1/container/stderr"
};
/// Those that are there, of the folder "s-1" or "bootstrap-actions/1" of a cluster.
std::vector<WorkLog> FindWorkLogs(const Sources& sources, const std::string& cluster,
                                  const std::string& folder);

/// The region in an ARN of Step Functions, "" for what is none.
std::string RegionOfArn(std::string_view arn);

/// One row of a table of executions: status, name, state, times. Answers whether it is running.
void OpenExecutionTable(Html& html);
void ExecutionRow(Html& html, const Sources& sources, const Region& region, const Json& execution);

}  // namespace ecm::endpoint::page
