#include <algorithm>

#include "base/text.h"
#include "endpoint/page/frame.h"
#include "endpoint/page/views.h"

namespace ecm::endpoint::page {
namespace {

constexpr int kMaxHistoryPages = 10;  // of 1000 events each
constexpr std::size_t kMaxCauseBytes = 600;

/// One stay of the execution in a state.
struct Visit {
  std::string state;
  std::optional<WallTime> entered;
  std::optional<WallTime> left;
  int attempts = 0;
  bool broken_off = false;  ///< the execution ended in it
  std::vector<std::string> troubles;
};

struct Story {
  std::vector<Visit> visits;
  std::string cluster_id;  ///< the last one that a state was told of
  bool cut = false;
};

/// The details of an event lie in a member that is named after its type.
const Json* DetailsOf(const Json& event) {
  if (!event.is_object()) return nullptr;
  for (const auto& member : event.as_object()) {
    if (std::string_view(member.key()).ends_with("EventDetails")) return &member.value();
  }
  return nullptr;
}

void FindClusterId(const std::string& document, Story& story) {
  const auto json = ParseJson(document);
  if (!json) return;
  std::string id = StringOr(*json, "cluster_id");
  if (!id.empty()) story.cluster_id = std::move(id);
}

/// A state in which an execution fails or is stopped has no event of its own end.
void End(const std::optional<WallTime>& at, Story& story) {
  for (Visit& visit : story.visits) {
    if (visit.left) continue;
    visit.left = at;
    visit.broken_off = true;
  }
}

void Tell(const Json& event, Story& story) {
  static const Json kNone = JsonObject{};
  const std::string type = StringOr(event, "type");
  const Json* found = DetailsOf(event);
  const Json& details = found == nullptr ? kNone : *found;
  const auto at = TimeAt(event, "timestamp");
  if (type.ends_with("StateEntered")) {
    story.visits.push_back({StringOr(details, "name"), at, std::nullopt, 0, false, {}});
    FindClusterId(StringOr(details, "input"), story);
    return;
  }
  if (type.ends_with("StateExited")) {
    const auto visit = std::ranges::find(story.visits.rbegin(), story.visits.rend(),
                                         StringOr(details, "name"), &Visit::state);
    if (visit != story.visits.rend()) visit->left = at;
    FindClusterId(StringOr(details, "output"), story);
    return;
  }
  if (type.starts_with("Execution")) {
    End(at, story);
    return;
  }
  if (story.visits.empty()) return;
  Visit& visit = story.visits.back();
  if (type == "TaskScheduled" || type == "LambdaFunctionScheduled") ++visit.attempts;
  const std::string error = StringOr(details, "error");
  if (error.empty()) return;
  const std::string cause = StringOr(details, "cause");
  visit.troubles.push_back(
      TruncateUtf8(cause.empty() ? error : error + ": " + cause, kMaxCauseBytes));
}

Result<Story> ReadStory(const Sources& sources, const Region& region, const std::string& arn) {
  Story story;
  JsonObject request{{"executionArn", arn}, {"maxResults", 1000}};
  for (int page = 0; page < kMaxHistoryPages; ++page) {
    ECM_TRY(const Json answer, sources.step_functions(region, "GetExecutionHistory", request));
    for (const Json& event : FindArray(answer, "events")) Tell(event, story);
    const auto token = FindString(answer, "nextToken");
    if (!token) return story;
    request["nextToken"] = *token;
  }
  story.cut = true;
  return story;
}

/// Where a running execution is, of the newest events.
std::string CurrentState(const Sources& sources, const Region& region, const std::string& arn) {
  const auto answer = sources.step_functions(
      region, "GetExecutionHistory",
      JsonObject{{"executionArn", arn}, {"reverseOrder", true}, {"maxResults", 20}});
  if (!answer) return {};
  for (const Json& event : FindArray(*answer, "events")) {
    const Json* details = DetailsOf(event);
    if (StringOr(event, "type").ends_with("StateEntered") && details != nullptr) {
      return StringOr(*details, "name");
    }
  }
  return {};
}

void Outcome(Html& html, const Json& outcome) {
  const std::string verdict = StringOr(outcome, "verdict");
  if (verdict.empty()) return;
  html.Open("dl");
  html.Open("div").Element("dt", "Verdict").Element("dd", verdict).Close();
  if (const Json* cause = Find(outcome, "cause")) {
    const std::pair<const char*, const char*> terms[] = {
        {"message", "What happened"}, {"log", "The log says"}, {"next", "What to do"}};
    for (const auto& [key, name] : terms) {
      const std::string text = StringOr(*cause, key);
      if (text.empty()) continue;
      html.Open("div").Element("dt", name).Element("dd", text).Close();
    }
  }
  const std::string logs = StringOr(outcome, "logs");
  if (!logs.empty()) {
    html.Open("div").Element("dt", "Logs").Open("dd");
    S3Link(html, logs);
    html.Close().Close();
  }
  html.Close();
}

void OutcomeSection(Html& html, const Json& execution) {
  const std::string output = StringOr(execution, "output");
  const std::string error = StringOr(execution, "error");
  const std::string cause = StringOr(execution, "cause");
  if (output.empty() && error.empty() && cause.empty()) return;
  html.Open("section", {{"aria-labelledby", "outcome"}});
  html.Element("h2", "Outcome", {{"id", "outcome"}});
  if (!error.empty()) html.Element("p", error, {{"class", "mono"}});
  const std::string& document = output.empty() ? cause : output;
  if (const auto outcome = ParseJson(document)) Outcome(html, *outcome);
  if (!document.empty()) {
    html.Open("details").Element("summary", output.empty() ? "Cause" : "Output");
    JsonBox(html, document);
    html.Close();
  }
  html.Close();
}

void TimelineSection(Html& html, const Result<Story>& story, WallTime now) {
  html.Open("section", {{"aria-labelledby", "states"}});
  html.Element("h2", "States", {{"id", "states"}});
  if (!story) {
    html.Element("p", "The history cannot be read: " + story.error().message).Close();
    return;
  }
  html.Open("ol", {{"class", "timeline"}});
  for (const Visit& visit : story->visits) {
    const bool bad = visit.broken_off || !visit.troubles.empty();
    html.Open("li", {{"class", visit.left ? (bad ? "bad" : "good") : "busy"}});
    html.Element("strong", visit.state).Text(" ");
    html.Open("span", {{"class", "quiet"}});
    Time(html, visit.entered);
    html.Text(", " + Lasted(visit.entered, visit.left, now));
    if (!visit.left) html.Text(" so far");
    if (visit.attempts > 1) html.Text(", " + std::to_string(visit.attempts) + " attempts");
    html.Close();
    for (const std::string& trouble : visit.troubles) {
      html.Element("span", trouble, {{"class", "sub"}});
    }
    html.Close();
  }
  html.Close();
  if (story->visits.empty()) html.Element("p", "No state has been entered yet.");
  if (story->cut) {
    html.Element("p", "Only the first 10,000 events are told here.", {{"class", "note"}});
  }
  html.Close();
}

http::Response NotThere(const std::string& what, const Error& error) {
  return Problem(404, "No such " + what, error.message);
}

}  // namespace

std::string RegionOfArn(std::string_view arn) {
  // arn:aws:states:REGION:ACCOUNT:…
  for (int field = 0; field < 3; ++field) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return {};
    arn.remove_prefix(colon + 1);
  }
  return std::string(arn.substr(0, arn.find(':')));
}

void OpenExecutionTable(Html& html) {
  OpenTable(html, "Executions", {"Status", "Name", "State", "Started (UTC)", "Lasted"});
}

void ExecutionRow(Html& html, const Sources& sources, const Region& region, const Json& execution) {
  const std::string arn = StringOr(execution, "executionArn");
  const std::string status = StringOr(execution, "status");
  const auto started = TimeAt(execution, "startDate");
  const WallTime now = sources.clock.Wall();
  html.Open("tr").Open("td");
  Badge(html, status);
  html.Close();
  html.Open("th", {{"scope", "row"}}).Link(ExecutionPath(arn), StringOr(execution, "name"));
  html.Close();
  html.Element("td", status == "RUNNING" ? CurrentState(sources, region, arn) : "");
  html.Open("td", {{"class", "when"}});
  TimeAndAge(html, started, now);
  html.Close();
  html.Element("td", Lasted(started, TimeAt(execution, "stopDate"), now), {{"class", "when"}});
  html.Close();
}

http::Response ExecutionPage(const Sources& sources, const std::string& arn, const Url& url) {
  const Region region(RegionOfArn(arn));
  const auto execution =
      sources.step_functions(region, "DescribeExecution", JsonObject{{"executionArn", arn}});
  if (!execution) return NotThere("execution", execution.error());
  const Result<Story> story = ReadStory(sources, region, arn);
  const std::string status = StringOr(*execution, "status");
  const auto started = TimeAt(*execution, "startDate");
  const auto stopped = TimeAt(*execution, "stopDate");
  const WallTime now = sources.clock.Wall();

  Frame frame{.title = StringOr(*execution, "name")};
  if (status == "RUNNING") frame.refresh = ExecutionPath(arn);
  frame.held = !url.Query("hold").empty();
  return Render(frame, [&](Html& html) {
    html.Element("h1", StringOr(*execution, "name"));
    html.Open("p", {{"class", "lead"}});
    Badge(html, status);
    html.Text(" ").Element("span", arn, {{"class", "mono"}}).Close();
    html.Open("dl");
    html.Open("div").Element("dt", "Started (UTC)").Open("dd");
    Time(html, started);
    html.Close().Close();
    html.Open("div").Element("dt", "Lasted").Element("dd", Lasted(started, stopped, now)).Close();
    if (story && !story->cluster_id.empty()) {
      html.Open("div").Element("dt", "Cluster").Open("dd");
      html.Link(ClusterPath(story->cluster_id), story->cluster_id).Close().Close();
    }
    html.Close();
    OutcomeSection(html, *execution);
    TimelineSection(html, story, now);
    html.Open("section", {{"aria-labelledby", "input"}});
    html.Element("h2", "Input", {{"id", "input"}});
    JsonBox(html, StringOr(*execution, "input", "{}"));
    html.Close();
  });
}

http::Response MachinePage(const Sources& sources, const std::string& arn, const Url& url) {
  const Region region(RegionOfArn(arn));
  JsonObject request{{"stateMachineArn", arn}, {"maxResults", 50}};
  const std::string token = url.Query("token");
  if (!token.empty()) request["nextToken"] = token;
  const auto answer = sources.step_functions(region, "ListExecutions", request);
  if (!answer) return NotThere("state machine", answer.error());
  const std::string name = arn.substr(arn.rfind(':') + 1);
  return Render({.title = "Executions of " + name}, [&](Html& html) {
    html.Element("h1", "Executions of " + name).Element("p", arn, {{"class", "lead mono"}});
    if (FindArray(*answer, "executions").empty()) {
      html.Element("p", "No executions.");
    } else {
      OpenExecutionTable(html);
      for (const Json& execution : FindArray(*answer, "executions")) {
        ExecutionRow(html, sources, region, execution);
      }
      CloseTable(html);
    }
    html.Open("p", {{"class", "pager"}});
    const std::string path = "/machines/" + Encode(arn);
    if (!token.empty()) html.Link(path, "← Newest").Text(" ");
    if (const auto next = FindString(*answer, "nextToken")) {
      html.Link(path + "?token=" + Encode(*next), "Older →");
    }
    html.Close();
  });
}

}  // namespace ecm::endpoint::page
