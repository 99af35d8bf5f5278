#include <algorithm>

#include "endpoint/page/frame.h"
#include "endpoint/page/views.h"

namespace ecm::endpoint::page {
namespace {

/// In the order in which people read them. Nothing else of a step's folder is shown: the rest is
/// the step's own.
constexpr std::pair<const char*, const char*> kFiles[] = {{"stderr", "stderr"},
                                                          {"stdout", "stdout"},
                                                          {"controller", "controller"},
                                                          {"container/stderr", "driver stderr"},
                                                          {"container/stdout", "driver stdout"}};

bool IsId(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
}

struct Parts {
  std::string folder;  ///< "s-1", "bootstrap-actions/1"
  std::string label;
};

/// Nothing for what is no log of a step or bootstrap action.
std::optional<Parts> Split(std::string_view log) {
  for (const auto& [file, label] : kFiles) {
    if (!log.ends_with(file) || log.size() <= std::string_view(file).size()) continue;
    std::string_view folder = log.substr(0, log.size() - std::string_view(file).size());
    if (!folder.ends_with('/')) continue;
    folder.remove_suffix(1);
    std::string_view id = folder;
    constexpr std::string_view kBootstrap = "bootstrap-actions/";
    if (id.starts_with(kBootstrap)) id.remove_prefix(kBootstrap.size());
    if (IsId(id)) return Parts{std::string(folder), label};
  }
  return std::nullopt;
}

/// "RUNNING", "" where no region knows the step: a bootstrap action, or a cluster that is
/// forgotten.
std::string StateOf(const Sources& sources, const std::string& cluster, const std::string& step) {
  for (const Region& region : sources.regions()) {
    const auto answer =
        sources.emr(region, "DescribeStep", JsonObject{{"ClusterId", cluster}, {"StepId", step}});
    if (!answer) continue;
    if (const Json* status = Find(*answer, {"Step", "Status"})) return StringOr(*status, "State");
  }
  return {};
}

}  // namespace

std::vector<WorkLog> FindWorkLogs(const Sources& sources, const std::string& cluster,
                                  const std::string& folder) {
  std::vector<WorkLog> found;
  for (const auto& [file, label] : kFiles) {
    std::string log = folder;
    log.append("/").append(file);
    std::string key = cluster;
    key.append("/").append(log);
    if (sources.work.ReadTail(sources.default_region, kWorkBucket, key, 1)) {
      found.push_back({label, std::move(log)});
    }
  }
  return found;
}

http::Response WorkLogPage(const Sources& sources, const std::string& cluster,
                           const std::string& log, const Url& url) {
  const std::optional<Parts> parts = Split(log);
  if (!parts || !IsId(cluster)) return Problem(404, "No such log", "There is no log of that name.");
  const auto tail = sources.work.ReadTail(sources.default_region, kWorkBucket, cluster + "/" + log,
                                          kMaxLogBytes + 1);
  if (!tail) {
    return Render({.title = "No such log", .status = 404}, [&](Html& html) {
      html.Element("h1", "No such log").Open("p");
      html.Text("Nothing of it lies here any more: logs go to their bucket when the step ends. ");
      html.Link(ClusterPath(cluster), "The cluster's page").Text(" has the links.").Close();
    });
  }
  const std::string state = StateOf(sources, cluster, parts->folder);
  const bool grows = IsGoingOn(state);
  Frame frame{.title = parts->label + " of " + parts->folder};
  if (grows) frame.refresh = WorkLogPath(cluster, log);
  frame.held = !url.Query("hold").empty();
  const std::string file = sources.work_folder + "/" + cluster + "/" + log;
  return Render(frame, [&](Html& html) {
    html.Element("h1", parts->label);
    html.Open("p", {{"class", "lead"}});
    if (!state.empty()) Badge(html, state);
    html.Text(" ").Element("span", parts->folder, {{"class", "mono"}});
    html.Text(" of ").Link(ClusterPath(cluster), cluster).Close();
    html.Element("p",
                 (grows ? "As far as it is written: " : "It is in no bucket, but here: ") + file,
                 {{"class", "note"}});
    LogBox(html, *tail, file);
  });
}

}  // namespace ecm::endpoint::page
