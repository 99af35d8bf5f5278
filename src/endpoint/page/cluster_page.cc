#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "endpoint/page/frame.h"
#include "endpoint/page/views.h"

namespace ecm::endpoint::page {
namespace {

constexpr std::size_t kMaxLogKeys = 5000;
/// The order in which people read them.
constexpr std::string_view kStepLogs[] = {"stderr", "stdout", "controller", "syslog"};

struct Found {
  Region region;
  Json cluster;
};

/// Ids are told apart by chance, so that one of them is of one region only.
std::optional<Found> FindCluster(const Sources& sources, const std::string& id) {
  for (const Region& region : sources.regions()) {
    const auto answer = sources.emr(region, "DescribeCluster", JsonObject{{"ClusterId", id}});
    if (!answer) continue;
    if (const Json* cluster = Find(*answer, "Cluster")) return Found{region, *cluster};
  }
  return std::nullopt;
}

/// The keys under a prefix by the name of the folder below it: {"s-1": ["stderr.gz", …]}.
using Logs = std::map<std::string, std::vector<std::string>>;

struct LogFolder {
  std::optional<Place> place;  ///< of the cluster; its key ends with "/"
  Logs steps;
  std::vector<std::string> bootstrap;  ///< keys below the folder of the cluster
};

LogFolder ReadLogs(const Sources& sources, const Found& found, const std::string& id) {
  LogFolder logs;
  logs.place = PlaceOfUri(StringOr(found.cluster, "LogUri"));
  if (!logs.place) return logs;
  std::string& folder = logs.place->key;
  if (!folder.empty() && !folder.ends_with('/')) folder += '/';
  folder += id + "/";
  const auto list = [&](const std::string& below) {
    const auto keys =
        sources.objects.ListKeys(found.region, logs.place->bucket, folder + below, kMaxLogKeys);
    return keys.value_or(std::vector<std::string>());
  };
  const std::string steps = folder + "steps/";
  for (const std::string& key : list("steps/")) {
    const std::string rest = key.substr(steps.size());
    const std::size_t slash = rest.find('/');
    if (slash == std::string::npos) continue;
    logs.steps[rest.substr(0, slash)].push_back(rest.substr(slash + 1));
  }
  for (const std::string& key : list("node/")) {
    if (key.find("/bootstrap-actions/") == std::string::npos) continue;
    logs.bootstrap.push_back(key.substr(folder.size()));
  }
  return logs;
}

void Term(Html& html, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  html.Open("div").Element("dt", name).Element("dd", value).Close();
}

void TimeTerm(Html& html, std::string_view name, const std::optional<WallTime>& time) {
  if (!time) return;
  html.Open("div").Element("dt", name).Open("dd");
  Time(html, time);
  html.Close().Close();
}

std::string Applications(const Json& cluster) {
  std::string names;
  for (const Json& application : FindArray(cluster, "Applications")) {
    names += (names.empty() ? "" : ", ") + StringOr(application, "Name");
    const std::string version = StringOr(application, "Version");
    if (!version.empty()) names += " " + version;
  }
  return names;
}

void Details(Html& html, const Sources& sources, const Found& found, const LogFolder& logs) {
  const Json& cluster = found.cluster;
  const Json* timeline = Find(cluster, {"Status", "Timeline"});
  const auto at = [&](std::string_view key) {
    return timeline == nullptr ? std::nullopt : TimeAt(*timeline, key);
  };
  html.Open("dl");
  TimeTerm(html, "Created (UTC)", at("CreationDateTime"));
  TimeTerm(html, "Ready", at("ReadyDateTime"));
  TimeTerm(html, "Ended", at("EndDateTime"));
  Term(html, "Lasted", Lasted(at("CreationDateTime"), at("EndDateTime"), sources.clock.Wall()));
  Term(html, "Release", StringOr(cluster, "ReleaseLabel"));
  Term(html, "Applications", Applications(cluster));
  Term(html, "Region", found.region.str());
  Term(html, "Steps at a time",
       std::to_string(FindInt(cluster, "StepConcurrencyLevel").value_or(1)));
  Term(html, "After the last step",
       FindBool(cluster, "AutoTerminate").value_or(false) ? "ends" : "waits for more");
  Term(html, "Termination protection",
       FindBool(cluster, "TerminationProtected").value_or(false) ? "on" : "off");
  html.Open("div").Element("dt", "Logs").Open("dd");
  if (logs.place) {
    const std::string uri = "s3://" + logs.place->bucket + "/" + logs.place->key;
    html.Link(LogPath(logs.place->bucket, logs.place->key), uri);
  } else {
    html.Text("none: the cluster was created without LogUri");
  }
  html.Close().Close();
  html.Open("div", {{"class", "wide"}}).Element("dt", "ARN");
  html.Element("dd", StringOr(cluster, "ClusterArn"), {{"class", "mono"}}).Close();
  html.Close();
}

/// Links to what lies in the work folder; nothing where nothing does.
bool WorkLogLinks(Html& html, const Sources& sources, const std::string& cluster,
                  const std::string& folder, const std::string& name) {
  const std::vector<WorkLog> found = FindWorkLogs(sources, cluster, folder);
  for (const WorkLog& log : found) {
    html.Link(WorkLogPath(cluster, log.log), log.label, log.label + " of " + name).Text(" ");
  }
  return !found.empty();
}

void StepLogLinks(Html& html, const Sources& sources, const LogFolder& logs,
                  const std::string& cluster, const std::string& step, const std::string& name) {
  const auto found = logs.steps.find(step);
  html.Open("td", {{"class", "logs"}});
  if (found == logs.steps.end()) {
    if (!WorkLogLinks(html, sources, cluster, step, name)) {
      html.Text(logs.place ? "none yet" : "–");
    }
    html.Close();
    return;
  }
  const std::string folder = logs.place->key + "steps/" + step + "/";
  for (const std::string_view wanted : kStepLogs) {
    for (const std::string& file : found->second) {
      if (file != wanted && file != std::string(wanted) + ".gz") continue;
      html.Link(LogPath(logs.place->bucket, folder + file), wanted,
                std::string(wanted) + " of " + name);
      html.Text(" ");
    }
  }
  html.Close();
}

/// Where the cause was found: a file, or a folder where none was.
void FailureLog(Html& html, const std::string& uri) {
  if (uri.empty()) return;
  html.Open("span", {{"class", "sub"}}).Text("Log: ");
  const auto place = PlaceOfUri(uri);
  if (place && !place->key.empty() && !place->key.ends_with('/')) {
    html.Link(LogPath(place->bucket, place->key), place->key.substr(place->key.rfind('/') + 1),
              uri);
  } else {
    S3Link(html, uri);
  }
  html.Close();
}

void WhatHappened(Html& html, const Json& status) {
  html.Open("td");
  if (const Json* failure = Find(status, "FailureDetails")) {
    html.Text(StringOr(*failure, "Reason"));
    const std::string message = StringOr(*failure, "Message");
    if (!message.empty()) html.Element("span", message, {{"class", "sub"}});
    FailureLog(html, StringOr(*failure, "LogFile"));
  } else if (const Json* reason = Find(status, "StateChangeReason")) {
    html.Text(StringOr(*reason, "Message"));
  }
  html.Close();
}

void StepRow(Html& html, const Sources& sources, const Json& step, const std::string& cluster,
             const LogFolder& logs) {
  static const Json kNone = JsonObject{};
  const Json* found = Find(step, "Status");
  const Json& status = found == nullptr ? kNone : *found;
  const Json* timeline = Find(status, "Timeline");
  const auto at = [&](std::string_view key) {
    return timeline == nullptr ? std::nullopt : TimeAt(*timeline, key);
  };
  const std::string id = StringOr(step, "Id");
  const std::string name = StringOr(step, "Name");
  html.Open("tr").Open("td");
  Badge(html, StringOr(status, "State"));
  html.Close();
  html.Open("th", {{"scope", "row"}}).Text(name);
  html.Element("span", id, {{"class", "sub mono"}});
  const Json* config = Find(step, "Config");
  if (config != nullptr) {
    std::string command = StringOr(*config, "Jar");
    for (const Json& argument : FindArray(*config, "Args")) {
      if (argument.is_string()) command.append(" ").append(argument.as_string());
    }
    html.Open("details").Element("summary", "Command");
    html.Element("code", command).Close();
  }
  html.Close();
  WhatHappened(html, status);
  html.Open("td", {{"class", "when"}});
  Time(html, at("StartDateTime"));
  html.Close();
  html.Element("td", Lasted(at("StartDateTime"), at("EndDateTime"), sources.clock.Wall()),
               {{"class", "when"}});
  StepLogLinks(html, sources, logs, cluster, id, name);
  html.Close();
}

void StepsSection(Html& html, const Sources& sources, const Json& answer, const std::string& id,
                  const LogFolder& logs, bool newest) {
  const JsonArray& steps = FindArray(answer, "Steps");
  html.Open("section", {{"aria-labelledby", "steps"}});
  html.Element("h2", "Steps, newest first", {{"id", "steps"}});
  if (steps.empty()) {
    html.Element("p", "No steps yet. Add one:");
    Command(html, "aws emr add-steps --endpoint-url " + sources.url() + " \\\n  --cluster-id " +
                      id +
                      " --steps 'Type=CUSTOM_JAR,Name=date,ActionOnFailure=CONTINUE,"
                      "Jar=command-runner.jar,Args=[bash,-c,date]'");
  } else {
    OpenTable(html, "Steps", {"State", "Name", "What happened", "Started (UTC)", "Lasted", "Logs"});
    for (const Json& step : steps) StepRow(html, sources, step, id, logs);
    CloseTable(html);
  }
  html.Open("p", {{"class", "pager"}});
  if (!newest) html.Link(ClusterPath(id), "← Newest steps").Text(" ");
  if (const auto marker = FindString(answer, "Marker")) {
    html.Link(ClusterPath(id) + "?marker=" + Encode(*marker), "Older steps →");
  }
  html.Close().Close();
}

void BootstrapSection(Html& html, const Sources& sources, const Json& answer, const std::string& id,
                      const LogFolder& logs) {
  const JsonArray& actions = FindArray(answer, "BootstrapActions");
  if (actions.empty()) return;
  html.Open("section", {{"aria-labelledby", "bootstrap"}});
  html.Element("h2", "Bootstrap actions", {{"id", "bootstrap"}});
  OpenTable(html, "Bootstrap actions", {"No.", "Name", "Script", "Arguments", "Logs"});
  for (std::size_t index = 0; index < actions.size(); ++index) {
    const Json& action = actions[index];
    const std::string number = std::to_string(index + 1);
    std::string arguments;
    for (const Json& argument : FindArray(action, "Args")) {
      if (argument.is_string()) arguments.append(" ").append(argument.as_string());
    }
    html.Open("tr").Element("td", number);
    html.Element("th", StringOr(action, "Name"), {{"scope", "row"}});
    html.Open("td", {{"class", "mono"}});
    S3Link(html, StringOr(action, "ScriptPath"));
    html.Close().Element("td", arguments).Open("td", {{"class", "logs"}});
    bool published = false;
    const std::string folder = "/bootstrap-actions/" + number + "/";
    for (const std::string& key : logs.bootstrap) {
      if (key.find(folder) == std::string::npos) continue;
      const std::string name = key.substr(key.rfind('/') + 1);
      html.Link(LogPath(logs.place->bucket, logs.place->key + key), name.substr(0, name.find('.')),
                fmt::format("{} of bootstrap action {}", name, number));
      html.Text(" ");
      published = true;
    }
    if (!published) {
      WorkLogLinks(html, sources, id, "bootstrap-actions/" + number, "bootstrap action " + number);
    }
    html.Close().Close();
  }
  CloseTable(html);
  html.Close();
}

void InstancesSection(Html& html, const Json& answer) {
  const JsonArray& instances = FindArray(answer, "Instances");
  if (instances.empty()) return;
  html.Open("section", {{"aria-labelledby", "instances"}});
  html.Element("h2", "Instances", {{"id", "instances"}});
  html.Element("p", "Told as EMR would tell them; the steps run on this machine.",
               {{"class", "note"}});
  OpenTable(html, "Instances", {"State", "Type", "Market", "Instance", "Group or fleet"});
  for (const Json& instance : instances) {
    const Json* status = Find(instance, "Status");
    html.Open("tr").Open("td");
    Badge(html, status == nullptr ? "" : StringOr(*status, "State"));
    html.Close().Element("td", StringOr(instance, "InstanceType"));
    html.Element("td", StringOr(instance, "Market"));
    html.Element("td", StringOr(instance, "Ec2InstanceId"), {{"class", "mono"}});
    const std::string group = StringOr(instance, "InstanceGroupId");
    html.Element("td", group.empty() ? StringOr(instance, "InstanceFleetId") : group,
                 {{"class", "mono"}});
    html.Close();
  }
  CloseTable(html);
  if (FindString(answer, "Marker")) {
    html.Element("p", "More instances than these: aws emr list-instances tells all of them.",
                 {{"class", "note"}});
  }
  html.Close();
}

void TagsSection(Html& html, const Json& cluster) {
  const JsonArray& tags = FindArray(cluster, "Tags");
  if (tags.empty()) return;
  html.Open("section", {{"aria-labelledby", "tags"}});
  html.Element("h2", "Tags", {{"id", "tags"}});
  OpenTable(html, "Tags", {"Key", "Value"});
  for (const Json& tag : tags) {
    html.Open("tr").Element("th", StringOr(tag, "Key"), {{"scope", "row"}});
    html.Element("td", StringOr(tag, "Value")).Close();
  }
  CloseTable(html);
  html.Close();
}

void Headline(Html& html, const Json& cluster, const std::string& id) {
  html.Element("h1", StringOr(cluster, "Name"));
  html.Open("p", {{"class", "lead"}});
  const Json* status = Find(cluster, "Status");
  if (status != nullptr) Badge(html, StringOr(*status, "State"));
  html.Text(" ").Element("span", id, {{"class", "mono"}});
  html.Close();
  const Json* reason = Find(cluster, {"Status", "StateChangeReason"});
  if (reason == nullptr || StringOr(*reason, "Message").empty()) return;
  html.Open("p").Text(StringOr(*reason, "Message"));
  const std::string code = StringOr(*reason, "Code");
  if (!code.empty()) html.Text(" ").Element("span", code, {{"class", "mono quiet"}});
  html.Close();
}

}  // namespace

http::Response ClusterPage(const Sources& sources, const std::string& id, const Url& url) {
  const std::optional<Found> found = FindCluster(sources, id);
  if (!found) {
    return Problem(404, "No such cluster",
                   "There is no cluster " + id +
                       ": it was never here, or it has been forgotten two "
                       "months after its end.");
  }
  const auto call = [&](std::string_view operation, JsonObject request) {
    request["ClusterId"] = id;
    return sources.emr(found->region, operation, request).value_or(Json(JsonObject{}));
  };
  const std::string marker = url.Query("marker");
  const Json steps =
      call("ListSteps", marker.empty() ? JsonObject{} : JsonObject{{"Marker", marker}});
  const Json actions = call("ListBootstrapActions", {});
  const Json instances = call("ListInstances", {});
  const LogFolder logs = ReadLogs(sources, *found, id);

  Frame frame{.title = StringOr(found->cluster, "Name")};
  const Json* status = Find(found->cluster, "Status");
  if (status != nullptr && IsGoingOn(StringOr(*status, "State"))) {
    frame.refresh = ClusterPath(id) + (marker.empty() ? "" : "?marker=" + Encode(marker));
  }
  frame.held = !url.Query("hold").empty();
  return Render(frame, [&](Html& html) {
    Headline(html, found->cluster, id);
    for (const std::string& note : sources.notes(found->cluster)) {
      html.Element("p", "Note: " + note, {{"class", "note"}});
    }
    Details(html, sources, *found, logs);
    StepsSection(html, sources, steps, id, logs, marker.empty());
    BootstrapSection(html, sources, actions, id, logs);
    InstancesSection(html, instances);
    TagsSection(html, found->cluster);
  });
}

}  // namespace ecm::endpoint::page
