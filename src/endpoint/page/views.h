#pragma once

#include <string>

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

/// The region in an ARN of Step Functions, "" for what is none.
std::string RegionOfArn(std::string_view arn);

/// One row of a table of executions: status, name, state, times. Answers whether it is running.
void OpenExecutionTable(Html& html);
void ExecutionRow(Html& html, const Sources& sources, const Region& region, const Json& execution);

}  // namespace ecm::endpoint::page
