#include <algorithm>
#include <charconv>

#include "endpoint/page/frame.h"
#include "endpoint/page/views.h"

namespace ecm::endpoint::page {
namespace {

constexpr std::size_t kClustersShown = 50;
constexpr std::size_t kExecutionsShown = 50;
constexpr int kMaxPages = 400;  // of one listing: nothing here goes on for ever

/// Where older clusters begin: those created at `created`, without the first `skip` of them.
struct Cursor {
  std::int64_t created_ms = 0;
  std::size_t skip = 0;
};

std::string ToText(const Cursor& cursor) {
  return std::to_string(cursor.created_ms) + "." + std::to_string(cursor.skip);
}

/// Nothing for what is not a cursor of ours: the newest are shown.
std::optional<Cursor> ParseCursor(const std::string& text) {
  Cursor cursor;
  const char* end = text.data() + text.size();
  const auto time = std::from_chars(text.data(), end, cursor.created_ms);
  if (time.ec != std::errc() || time.ptr == end || *time.ptr != '.') return std::nullopt;
  const auto skip = std::from_chars(time.ptr + 1, end, cursor.skip);
  if (skip.ec != std::errc() || skip.ptr != end) return std::nullopt;
  constexpr std::int64_t kYear9999 = 253'370'764'800'000;
  if (cursor.created_ms < 0 || cursor.created_ms > kYear9999 || cursor.skip > 10'000) {
    return std::nullopt;
  }
  return cursor;
}

struct ClusterEntry {
  Region region;
  Json summary;
  WallTime created;
};

const Json& StatusOf(const Json& object) {
  static const Json kNone = JsonObject{};
  const Json* status = Find(object, "Status");
  return status == nullptr ? kNone : *status;
}

std::string StateOf(const Json& object) { return StringOr(StatusOf(object), "State"); }

void AddClusters(const Sources& sources, const Region& region, const std::optional<Cursor>& cursor,
                 std::vector<ClusterEntry>& entries) {
  const std::size_t wanted = entries.size() + kClustersShown + 1 + (cursor ? cursor->skip : 0);
  JsonObject request;
  if (cursor) request["CreatedBefore"] = static_cast<double>(cursor->created_ms) / 1000.0;
  for (int page = 0; page < kMaxPages && entries.size() < wanted; ++page) {
    const auto answer = sources.emr(region, "ListClusters", request);
    if (!answer) return;
    for (const Json& summary : FindArray(*answer, "Clusters")) {
      const Json* timeline = Find(summary, {"Status", "Timeline"});
      const auto created = timeline ? TimeAt(*timeline, "CreationDateTime") : std::nullopt;
      entries.push_back({region, summary, created.value_or(WallTime{})});
    }
    const auto marker = FindString(*answer, "Marker");
    if (!marker) return;
    request["Marker"] = *marker;
  }
}

/// What the first page of the reader's choice shows; `older` is where the next one begins.
std::vector<ClusterEntry> CollectClusters(const Sources& sources,
                                          const std::vector<Region>& regions,
                                          const std::optional<Cursor>& cursor,
                                          std::optional<Cursor>& older) {
  std::vector<ClusterEntry> entries;
  for (const Region& region : regions) AddClusters(sources, region, cursor, entries);
  std::ranges::stable_sort(entries, std::greater<>(), &ClusterEntry::created);
  if (cursor) {
    const std::size_t skip = std::min(cursor->skip, entries.size());
    entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(skip));
  }
  if (entries.size() <= kClustersShown) return entries;
  const WallTime next = entries[kClustersShown].created;
  entries.resize(kClustersShown);
  // Of those that are as old as the next one, these were shown already.
  const auto shown = std::ranges::count(entries, next, &ClusterEntry::created);
  const std::int64_t next_ms = next.time_since_epoch().count();
  const bool same_time = cursor && cursor->created_ms == next_ms;
  older = Cursor{next_ms, static_cast<std::size_t>(shown) + (same_time ? cursor->skip : 0)};
  return entries;
}

std::vector<Json> AllSteps(const Sources& sources, const ClusterEntry& cluster) {
  std::vector<Json> steps;
  JsonObject request{{"ClusterId", StringOr(cluster.summary, "Id")}};
  for (int page = 0; page < kMaxPages; ++page) {
    const auto answer = sources.emr(cluster.region, "ListSteps", request);
    if (!answer) break;
    for (const Json& step : FindArray(*answer, "Steps")) steps.push_back(step);
    const auto marker = FindString(*answer, "Marker");
    if (!marker) break;
    request["Marker"] = *marker;
  }
  return steps;
}

/// A step that has been started but has no place on the machine yet.
struct Waiting {
  std::string cluster_id;
  std::string cluster_name;
  std::string step;
  std::string why;
};

struct Progress {
  std::size_t total = 0;
  std::size_t done = 0;
  std::size_t failed = 0;
  std::size_t running = 0;
  std::size_t pending = 0;
};

Progress Count(const std::vector<Json>& steps) {
  Progress progress;
  progress.total = steps.size();
  for (const Json& step : steps) {
    const std::string state = StateOf(step);
    progress.done += state == "COMPLETED" ? 1U : 0U;
    progress.failed += state == "FAILED" || state == "INTERRUPTED" ? 1U : 0U;
    progress.running += state == "RUNNING" || state == "CANCEL_PENDING" ? 1U : 0U;
    progress.pending += state == "PENDING" ? 1U : 0U;
  }
  return progress;
}

void FindWaiting(const ClusterEntry& cluster, const std::vector<Json>& steps,
                 std::vector<Waiting>& waiting) {
  for (const Json& step : steps) {
    const Json* reason = Find(step, {"Status", "StateChangeReason"});
    const std::string why = reason == nullptr ? std::string() : StringOr(*reason, "Message");
    if (StateOf(step) != "RUNNING" || why.empty()) continue;
    waiting.push_back({StringOr(cluster.summary, "Id"), StringOr(cluster.summary, "Name"),
                       StringOr(step, "Name"), why});
  }
}

void ProgressCell(Html& html, const Progress& progress) {
  html.Open("td");
  if (progress.total == 0) {
    html.Text("no steps").Close();
    return;
  }
  const std::string total = std::to_string(progress.total);
  const std::string done = std::to_string(progress.done);
  const std::string text = done + " of " + total + " completed";
  html.Element("progress", "", {{"max", total}, {"value", done}, {"aria-hidden", "true"}});
  html.Open("span", {{"class", "sub"}}).Text(text);
  if (progress.failed > 0) html.Text(", " + std::to_string(progress.failed) + " failed");
  if (progress.running > 0) html.Text(", " + std::to_string(progress.running) + " running");
  html.Close().Close();
}

void ClusterRow(Html& html, const ClusterEntry& cluster, const Progress& progress, WallTime now,
                bool with_region) {
  const Json& status = StatusOf(cluster.summary);
  const Json* reason = Find(status, "StateChangeReason");
  const Json* timeline = Find(status, "Timeline");
  const std::string id = StringOr(cluster.summary, "Id");
  html.Open("tr");
  html.Open("td");
  Badge(html, StateOf(cluster.summary));
  html.Close();
  html.Open("th", {{"scope", "row"}}).Link(ClusterPath(id), StringOr(cluster.summary, "Name"));
  html.Element("span", id, {{"class", "sub mono"}}).Close();
  ProgressCell(html, progress);
  html.Open("td", {{"class", "reason"}});
  if (reason != nullptr) {
    html.Text(StringOr(*reason, "Message"));
    html.Element("span", StringOr(*reason, "Code"), {{"class", "sub mono"}});
  }
  html.Close();
  html.Open("td", {{"class", "when"}});
  TimeAndAge(html, cluster.created, now);
  html.Close();
  const auto ended = timeline == nullptr ? std::nullopt : TimeAt(*timeline, "EndDateTime");
  html.Element("td", Lasted(cluster.created, ended, now), {{"class", "when"}});
  if (with_region) html.Element("td", cluster.region.str(), {{"class", "when"}});
  html.Close();
}

void FirstCluster(Html& html, const Sources& sources) {
  html.Open("p").Text("No cluster yet. Make one with the AWS CLI (any credentials will do):");
  html.Close();
  Command(html,
          "export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local\n"
          "mkdir -p '" +
              sources.buckets_folder +
              "/logs'\n"
              "aws emr create-cluster --endpoint-url " +
              sources.url() +
              " \\\n"
              "  --region " +
              sources.default_region.str() +
              " --name first "
              "--release-label emr-7.10.0 --use-default-roles \\\n"
              "  --instance-type m5.xlarge --instance-count 1 --log-uri s3://logs/ "
              "--auto-terminate \\\n"
              "  --steps 'Type=CUSTOM_JAR,Name=date,ActionOnFailure=TERMINATE_CLUSTER,"
              "Jar=command-runner.jar,Args=[bash,-c,date]'");
  html.Open("p", {{"class", "note"}});
  html.Text("Bucket B is the folder " + sources.buckets_folder + "/B: make it with mkdir.").Close();
}

void ClustersSection(Html& html, const Sources& sources, const std::vector<ClusterEntry>& clusters,
                     const std::vector<Progress>& progress, bool with_region, bool first_page,
                     const std::optional<Cursor>& older) {
  html.Open("section", {{"aria-labelledby", "clusters"}});
  html.Element("h2", "Clusters", {{"id", "clusters"}});
  if (clusters.empty()) {
    if (first_page) {
      FirstCluster(html, sources);
    } else {
      html.Open("p").Text("No older clusters. ").Link("/", "To the newest").Close();
    }
    html.Close();
    return;
  }
  if (with_region) {
    OpenTable(html, "Clusters",
              {"State", "Name", "Steps", "Reason", "Created (UTC)", "Lasted", "Region"});
  } else {
    OpenTable(html, "Clusters", {"State", "Name", "Steps", "Reason", "Created (UTC)", "Lasted"});
  }
  const WallTime now = sources.clock.Wall();
  for (std::size_t index = 0; index < clusters.size(); ++index) {
    ClusterRow(html, clusters[index], progress[index], now, with_region);
  }
  CloseTable(html);
  html.Open("p", {{"class", "pager"}});
  if (!first_page) html.Link("/", "← Newest").Text(" ");
  if (older) html.Link("/?before=" + ToText(*older), "Older clusters →");
  html.Close().Close();
}

void WaitingSection(Html& html, const std::vector<Waiting>& waiting) {
  if (waiting.empty()) return;
  html.Open("section", {{"aria-labelledby", "waiting"}});
  html.Element("h2", "Waiting for this machine", {{"id", "waiting"}});
  OpenTable(html, "Steps that wait", {"Step", "Cluster", "Waits for"});
  for (const Waiting& one : waiting) {
    html.Open("tr").Element("th", one.step, {{"scope", "row"}});
    html.Open("td").Link(ClusterPath(one.cluster_id), one.cluster_name).Close();
    html.Element("td", one.why).Close();
  }
  CloseTable(html);
  html.Close();
}

struct ExecutionEntry {
  Region region;
  Json execution;
  WallTime started;
};

struct Machine {
  std::string arn;
  std::string name;
  bool has_older = false;
};

struct Executions {
  std::vector<ExecutionEntry> newest;
  std::vector<Machine> machines;
};

Executions CollectExecutions(const Sources& sources, const std::vector<Region>& regions) {
  Executions found;
  for (const Region& region : regions) {
    const auto machines = sources.step_functions(region, "ListStateMachines", JsonObject{});
    if (!machines) continue;
    for (const Json& machine : FindArray(*machines, "stateMachines")) {
      const std::string arn = StringOr(machine, "stateMachineArn");
      const auto answer = sources.step_functions(
          region, "ListExecutions",
          JsonObject{{"stateMachineArn", arn}, {"maxResults", kExecutionsShown}});
      if (!answer) continue;
      const JsonArray& executions = FindArray(*answer, "executions");
      for (const Json& execution : executions) {
        const auto started = TimeAt(execution, "startDate");
        found.newest.push_back({region, execution, started.value_or(WallTime{})});
      }
      if (!executions.empty()) {
        found.machines.push_back(
            {arn, StringOr(machine, "name"), FindString(*answer, "nextToken").has_value()});
      }
    }
  }
  std::ranges::stable_sort(found.newest, std::greater<>(), &ExecutionEntry::started);
  if (found.newest.size() > kExecutionsShown) {
    found.newest.resize(kExecutionsShown);
    for (Machine& machine : found.machines) machine.has_older = true;
  }
  return found;
}

void FirstExecution(Html& html, const Sources& sources) {
  const auto machines =
      sources.step_functions(sources.default_region, "ListStateMachines", JsonObject{});
  if (!machines || FindArray(*machines, "stateMachines").empty()) {
    html.Element("p", "No execution yet.");
    return;
  }
  const Json& machine = FindArray(*machines, "stateMachines").front();
  html.Element("p", "No execution yet. Start one with a job description:");
  Command(html, "aws stepfunctions start-execution --endpoint-url " + sources.url() +
                    " \\\n"
                    "  --region " +
                    sources.default_region.str() +
                    " --input file://job.json \\\n"
                    "  --state-machine-arn " +
                    StringOr(machine, "stateMachineArn"));
}

void ExecutionsSection(Html& html, const Sources& sources, const Executions& executions) {
  html.Open("section", {{"aria-labelledby", "executions"}});
  html.Element("h2", "Executions", {{"id", "executions"}});
  if (executions.newest.empty()) {
    FirstExecution(html, sources);
    html.Close();
    return;
  }
  OpenExecutionTable(html);
  for (const ExecutionEntry& entry : executions.newest) {
    ExecutionRow(html, sources, entry.region, entry.execution);
  }
  CloseTable(html);
  html.Open("p", {{"class", "pager"}});
  for (const Machine& machine : executions.machines) {
    if (!machine.has_older) continue;
    html.Link("/machines/" + Encode(machine.arn), "All executions of " + machine.name + " →");
    html.Text(" ");
  }
  html.Close().Close();
}

/// "2 clusters"
std::string Counted(std::size_t count, const std::string& noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

}  // namespace

http::Response OverviewPage(const Sources& sources, const Url& url) {
  std::vector<Region> regions = sources.regions();
  std::ranges::sort(regions);
  const std::optional<Cursor> cursor = ParseCursor(url.Query("before"));
  std::optional<Cursor> older;
  const auto clusters = CollectClusters(sources, regions, cursor, older);
  const Executions executions = CollectExecutions(sources, regions);

  std::vector<Progress> progress;
  std::vector<Waiting> waiting;
  std::size_t up = 0;
  std::size_t steps_running = 0;
  std::size_t steps_pending = 0;
  bool goes_on = false;
  for (const ClusterEntry& cluster : clusters) {
    const std::vector<Json> steps = AllSteps(sources, cluster);
    progress.push_back(Count(steps));
    FindWaiting(cluster, steps, waiting);
    const std::string state = StateOf(cluster.summary);
    const bool busy = IsGoingOn(state);
    goes_on = goes_on || busy;
    up += busy || state == "WAITING" ? 1U : 0U;
    steps_running += progress.back().running;
    steps_pending += progress.back().pending;
  }
  const auto executions_running = static_cast<std::size_t>(
      std::ranges::count_if(executions.newest, [](const ExecutionEntry& entry) {
        return StringOr(entry.execution, "status") == "RUNNING";
      }));

  Frame frame{.title = "Clusters and executions"};
  if (goes_on || executions_running > 0) {
    frame.refresh = cursor ? "/?before=" + ToText(*cursor) : "/";
  }
  frame.held = !url.Query("hold").empty();
  return Render(frame, [&](Html& html) {
    html.Element("h1", cursor ? "Older clusters" : "Clusters and executions");
    html.Open("p", {{"class", "lead"}});
    html.Text(Counted(up, "cluster") + " up, " + Counted(steps_running, "step") + " running, " +
              std::to_string(steps_pending) + " pending, " +
              Counted(executions_running, "execution") + " running.");
    html.Close();
    WaitingSection(html, waiting);
    ClustersSection(html, sources, clusters, progress, regions.size() > 1, !cursor, older);
    if (!cursor) ExecutionsSection(html, sources, executions);
  });
}

}  // namespace ecm::endpoint::page
