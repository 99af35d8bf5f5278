#include "endpoint/page/pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "emr_model/testing/fixture.h"
#include "endpoint/page/links.h"
#include "endpoint/testing/map_object_store.h"
#include "endpoint/testing/told_step_functions.h"

namespace ecm::endpoint::page {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kHostile = "</title><script>alert('x')</script>\"onload=";

/// The pages over the real model of EMR.
class PagesTest : public emr_model::ModelFixture {
 protected:
  PagesTest()
      : sources{[this](const Region& region, std::string_view operation, const Json& request) {
                  Result<Json> answer = model.Call(region, operation, request);
                  if (operation == "ListSteps" && answer) LetStepsWait(*answer);
                  if (hostile && answer) Poison(*answer);
                  return answer;
                },
                step_functions.AsCall(),
                [this] { return regions; },
                objects,
                clock,
                [] { return std::string("http://127.0.0.1:8367"); },
                "/data/.emrctl/s3",
                Region("eu-west-1"),
                work,
                "/data/.emrctl/work",
                [this](const Json& cluster) {
                  noted = StringOr(cluster, "ReleaseLabel");
                  return notes;
                }} {}

  /// Every text in an answer becomes what somebody might like to inject.
  static void Poison(Json& json) {
    if (auto* array = json.if_array()) std::ranges::for_each(*array, Poison);
    if (json.is_string()) json = kHostile;
    if (!json.is_object()) return;
    for (auto& member : json.as_object()) Poison(member.value());
  }

  /// As the model tells a RUNNING step that has no place on the machine yet.
  void LetStepsWait(Json& answer) {
    if (waits_for.empty()) return;
    for (Json& step : answer.as_object()["Steps"].as_array()) {
      step.at("Status").as_object()["StateChangeReason"] = JsonObject{{"Message", waits_for}};
    }
  }

  http::Response Get(const std::string& target) {
    std::optional<http::Response> page = Page(sources, target);
    EXPECT_TRUE(page.has_value()) << target;
    return page.value_or(http::Response{});
  }
  std::string Body(const std::string& target) { return Get(target).body; }

  static std::size_t Count(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
      ++count;
    }
    return count;
  }

  static JsonObject Named(const std::string& name, JsonArray steps = {}) {
    JsonObject request = Request(std::move(steps));
    request["Name"] = name;
    return request;
  }

  bool hostile = false;
  std::string waits_for;
  std::vector<std::string> notes;
  std::string noted;  ///< the release that was asked about
  MapObjectStore objects;
  MapObjectStore work;
  ToldStepFunctions step_functions;
  std::vector<Region> regions{Region("eu-west-1")};
  Sources sources;
};

TEST_F(PagesTest, TellTheFirstCommandsWhereNothingIsYet) {
  const std::string page = Body("/");
  EXPECT_THAT(page, HasSubstr("aws emr create-cluster --endpoint-url http://127.0.0.1:8367"));
  EXPECT_THAT(page, HasSubstr("mkdir -p &#39;/data/.emrctl/s3/logs&#39;"));
  EXPECT_THAT(page, HasSubstr("aws stepfunctions start-execution"));
  EXPECT_THAT(page, HasSubstr(step_functions.machine_arn));
  EXPECT_THAT(page, Not(HasSubstr("http-equiv")));
}

TEST_F(PagesTest, ShowClustersWithTheirStepsWhileTheyRun) {
  const ClusterId cluster = RunAndBoot(Named("nightly", {Step("one", "CONTINUE"), Step("two")}));
  Exit(false);
  const std::string page = Body("/");
  EXPECT_THAT(page, HasSubstr("<a href=\"/clusters/" + cluster.str() + "\">nightly</a>"));
  EXPECT_THAT(page, HasSubstr("busy\">RUNNING</span>"));
  EXPECT_THAT(page, HasSubstr("0 of 2 completed, 1 failed, 1 running"));
  EXPECT_THAT(page, HasSubstr("1 cluster up, 1 step running, 0 pending"));
  EXPECT_THAT(page, HasSubstr("<meta http-equiv=\"refresh\" content=\"5\">"));
  EXPECT_THAT(Body("/?hold=1"), Not(HasSubstr("http-equiv")));
}

TEST_F(PagesTest, SayWhatWaitsForTheMachine) {
  RunAndBoot(Named("busy", {Step("patient")}));
  waits_for = "a place on this machine: 3 steps are before it";
  const std::string page = Body("/");
  EXPECT_THAT(page, HasSubstr("Waiting for this machine"));
  EXPECT_THAT(page, HasSubstr("3 steps are before it"));
}

TEST_F(PagesTest, EscapeWhateverAServiceAnswers) {
  JsonObject request = Named("job", {Step("one")});
  request["Tags"] = JsonArray{JsonObject{{"Key", "k"}, {"Value", "v"}}};
  request["BootstrapActions"] = JsonArray{
      JsonObject{{"Name", "b"}, {"ScriptBootstrapAction", JsonObject{{"Path", "s3://b/s"}}}}};
  const ClusterId cluster = RunAndBoot(request);
  Exit(false);
  step_functions.Add("x", "FAILED", {{"error", kHostile}, {"cause", kHostile}, {"name", kHostile}},
                     {ToldStepFunctions::Event(1, "TaskStateEntered", "stateEnteredEventDetails",
                                               {{"name", kHostile}}),
                      ToldStepFunctions::Event(2, "TaskFailed", "taskFailedEventDetails",
                                               {{"error", kHostile}, {"cause", kHostile}})});
  hostile = true;
  const std::string arn = ToldStepFunctions::ArnOf("x");
  for (const std::string& target : {std::string("/"), ClusterPath(cluster.str()),
                                    ExecutionPath(arn), "/machines/" + Encode(arn)}) {
    const std::string page = Body(target);
    EXPECT_THAT(page, Not(HasSubstr("<script"))) << target;
    EXPECT_THAT(page, Not(HasSubstr("\"onload"))) << target;
    EXPECT_EQ(Count(page, "</title>"), 1U) << target;
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)")) << target;
  }
}

TEST_F(PagesTest, EscapeWhatStandsInTheAddress) {
  for (const std::string target :
       {"/clusters/%3Cscript%3Ealert(1)%3C%2Fscript%3E", "/executions/%3Cscript%3E",
        "/machines/%3Cscript%3E", "/logs/b/%3Cscript%3E", "/?before=%22%3Cscript%3E"}) {
    EXPECT_THAT(Body(target), Not(HasSubstr("<script"))) << target;
  }
}

TEST_F(PagesTest, ShowFiftyClustersAndLeadToAllOlderOnes) {
  // Several in the same millisecond, across the border between two pages, in two regions.
  regions = {Region("eu-west-1"), Region("us-east-1")};
  std::set<std::string> ids;
  for (int index = 0; index < 120; ++index) {
    if (index % 7 == 0 && (index < 60 || index > 80)) clock.Advance(std::chrono::milliseconds{1});
    const Region region = regions[index % 2 == 0 ? 0 : 1];
    const auto answer = model.Call(region, "RunJobFlow", Named("c" + std::to_string(index)));
    ids.insert(StringOr(answer.value(), "JobFlowId"));
  }
  std::string target = "/";
  for (int page_number = 0; page_number < 3; ++page_number) {
    const std::string page = Body(target);
    EXPECT_EQ(Count(page, "href=\"/clusters/"), page_number < 2 ? 50U : 20U);
    std::erase_if(ids, [&](const std::string& id) {
      return page.find("href=\"/clusters/" + id + "\"") != std::string::npos;
    });
    const std::size_t link = page.find("/?before=");
    const std::size_t older = page.find("\">Older clusters");
    if (page_number == 2) {
      EXPECT_EQ(older, std::string::npos);
      break;
    }
    ASSERT_NE(older, std::string::npos);
    target = page.substr(page.rfind("/?before=", older), older - page.rfind("/?before=", older));
    EXPECT_NE(link, std::string::npos);
  }
  EXPECT_TRUE(ids.empty()) << ids.size() << " clusters are on no page";
}

TEST_F(PagesTest, ShowTheNewestWhereTheCursorIsBroken) {
  Run(Named("only"));
  for (const std::string cursor : {"x", "1", "1.", ".1", "-1.0", "1.0x", "99999999999999999.0",
                                   "1.99999999999999999999", "1e9.0"}) {
    EXPECT_THAT(Body("/?before=" + cursor), HasSubstr(">only</a>")) << cursor;
  }
  EXPECT_THAT(Body("/?before=1000.0"), HasSubstr("No older clusters."));
}

TEST_F(PagesTest, ShowAClusterWithItsStepsAndLogs) {
  const ClusterId cluster = RunAndBoot(Named("nightly", {Step("count", "CONTINUE"), Step("next")}));
  const std::string step = runner.started.back().step.str();
  const std::string folder = "logs/emr/" + cluster.str() + "/";
  objects.objects[folder + "steps/" + step + "/stderr.gz"] = "";
  objects.objects[folder + "steps/" + step + "/controller.gz"] = "";
  Exit(false);
  const std::string page = Body(ClusterPath(cluster.str()));
  EXPECT_THAT(page, HasSubstr("<h1>nightly</h1>"));
  EXPECT_THAT(page, HasSubstr("bad\">FAILED</span>"));
  EXPECT_THAT(page, HasSubstr("Exception in thread &quot;main&quot;"));
  EXPECT_THAT(page, HasSubstr("<a href=\"/logs/" + folder + "steps/" + step +
                              "/stderr.gz\" aria-label=\"stderr of count\">stderr</a>"));
  EXPECT_THAT(page, Not(HasSubstr(">stdout</a>")));
  EXPECT_THAT(page, HasSubstr("<a href=\"/logs/logs/emr/stderr.gz\""));
  EXPECT_THAT(page, HasSubstr("none yet"));
  EXPECT_THAT(page, HasSubstr("command-runner.jar spark-submit s3://b/main.py"));
  EXPECT_THAT(page, HasSubstr("m5.xlarge"));
}

TEST_F(PagesTest, SayWhatIsOtherThanAtAws) {
  const ClusterId cluster = RunAndBoot(Named("old"));
  notes = {"release <x> has another Spark", "no bucket for logs"};
  const std::string page = Body(ClusterPath(cluster.str()));
  EXPECT_EQ(noted, "emr-7.10.0");
  EXPECT_THAT(page, HasSubstr("Note: release &lt;x&gt; has another Spark"));
  EXPECT_THAT(page, HasSubstr("Note: no bucket for logs"));
}

TEST_F(PagesTest, ShowBootstrapActionsWithTheirLogs) {
  JsonObject request = Named("prepared");
  request["BootstrapActions"] =
      JsonArray{JsonObject{{"Name", "install"},
                           {"ScriptBootstrapAction", JsonObject{{"Path", "s3://code/install.sh"},
                                                                {"Args", JsonArray{"--fast"}}}}}};
  const ClusterId cluster = Run(request);
  work.objects["work/" + cluster.str() + "/bootstrap-actions/1/stdout"] = "";
  EXPECT_THAT(Body(ClusterPath(cluster.str())),
              HasSubstr("<a href=\"/live/" + cluster.str() + "/bootstrap-actions/1/stdout\""));
  objects.objects["logs/emr/" + cluster.str() + "/node/i-1/bootstrap-actions/1/stderr.gz"] = "";
  const std::string page = Body(ClusterPath(cluster.str()));
  EXPECT_THAT(page, HasSubstr("<a href=\"/logs/code/install.sh\">s3://code/install.sh</a>"));
  EXPECT_THAT(page, HasSubstr("--fast"));
  EXPECT_THAT(page, HasSubstr("bootstrap-actions/1/stderr.gz\""));
}

TEST_F(PagesTest, FindAClusterInEveryRegion) {
  regions = {Region("eu-west-1"), Region("ap-south-1")};
  const auto answer = model.Call(Region("ap-south-1"), "RunJobFlow", Named("far"));
  EXPECT_THAT(Body(ClusterPath(StringOr(answer.value(), "JobFlowId"))), HasSubstr("ap-south-1"));
}

TEST_F(PagesTest, SayThatAClusterIsNotThere) {
  const http::Response page = Get("/clusters/j-NONE");
  EXPECT_EQ(page.status, 404U);
  EXPECT_THAT(page.body, HasSubstr("There is no cluster j-NONE"));
}

TEST_F(PagesTest, ListOlderStepsBehindALink) {
  JsonArray steps;
  for (int index = 0; index < 60; ++index) steps.push_back(Step("s" + std::to_string(index)));
  const ClusterId cluster = RunAndBoot(Named("long", std::move(steps)));
  const std::string page = Body(ClusterPath(cluster.str()));
  EXPECT_THAT(page, Not(HasSubstr(">s0<")));
  const std::size_t begin = page.find("?marker=");
  ASSERT_NE(begin, std::string::npos);
  const std::string older =
      Body(ClusterPath(cluster.str()) + page.substr(begin, page.find('"', begin) - begin));
  EXPECT_THAT(older, HasSubstr(">s0<"));
  EXPECT_THAT(older, HasSubstr("Newest steps"));
}

TEST_F(PagesTest, TellAnExecutionAsATimeline) {
  using Told = ToldStepFunctions;
  const std::string outcome =
      R"({"v":1,"verdict":"JobFailed","cluster_id":"j-1","logs":"s3://logs/emr/dev/j-1/",)"
      R"("cause":{"kind":"JobFailed","message":"step count ended FAILED",)"
      R"("log":"ValueError: <no> words","next":"Correct the job."}})";
  step_functions.Add(
      "run-1", "FAILED",
      {{"input", R"({"job_name":"count"})"},
       {"error", "JobFailed"},
       {"cause", outcome},
       {"stopDate", 1767323040.5}},
      {Told::Event(1767323001, "PassStateEntered", "stateEnteredEventDetails",
                   {{"name", "Prepare"}, {"input", "{}"}}),
       Told::Event(1767323002, "PassStateExited", "stateExitedEventDetails", {{"name", "Prepare"}}),
       Told::Event(1767323002, "TaskStateEntered", "stateEnteredEventDetails",
                   {{"name", "Submit"}}),
       Told::Event(1767323002, "TaskScheduled", "taskScheduledEventDetails", {{"resource", "x"}}),
       Told::Event(1767323003, "TaskFailed", "taskFailedEventDetails",
                   {{"error", "Throttled"}, {"cause", "Rate exceeded"}}),
       Told::Event(1767323004, "TaskScheduled", "taskScheduledEventDetails", {{"resource", "x"}}),
       Told::Event(1767323009, "TaskStateExited", "stateExitedEventDetails",
                   {{"name", "Submit"}, {"output", R"({"cluster_id":"j-1"})"}}),
       Told::Event(1767323039, "FailStateEntered", "stateEnteredEventDetails",
                   {{"name", "Failed"}}),
       Told::Event(1767323040, "ExecutionFailed", "executionFailedEventDetails",
                   {{"error", "JobFailed"}, {"cause", outcome}})});
  const std::string page = Body(ExecutionPath(Told::ArnOf("run-1")));
  EXPECT_THAT(page, HasSubstr("<strong>Prepare</strong>"));
  EXPECT_THAT(page, HasSubstr("<strong>Submit</strong>"));
  EXPECT_THAT(page, HasSubstr("2 attempts"));
  EXPECT_THAT(page, HasSubstr("Throttled: Rate exceeded"));
  EXPECT_THAT(page, HasSubstr("<li class=\"bad\"><strong>Failed</strong>"));
  EXPECT_THAT(page, Not(HasSubstr("so far")));
  EXPECT_THAT(page, HasSubstr("step count ended FAILED"));
  EXPECT_THAT(page, HasSubstr("ValueError: &lt;no&gt; words"));
  EXPECT_THAT(page, HasSubstr("<a href=\"/clusters/j-1\">j-1</a>"));
  EXPECT_THAT(page, HasSubstr("<a href=\"/logs/logs/emr/dev/j-1/\">"));
  EXPECT_THAT(page, HasSubstr("&quot;job_name&quot;: &quot;count&quot;"));
  EXPECT_THAT(page, Not(HasSubstr("http-equiv")));
}

TEST_F(PagesTest, SayWhereARunningExecutionIs) {
  using Told = ToldStepFunctions;
  step_functions.Add("run-2", "RUNNING", {{"input", "{}"}},
                     {Told::Event(1767323001, "TaskStateEntered", "stateEnteredEventDetails",
                                  {{"name", "Await"}})});
  const std::string page = Body("/");
  EXPECT_THAT(page, HasSubstr("<td>Await</td>"));
  EXPECT_THAT(page, HasSubstr("1 execution running"));
  EXPECT_THAT(page, HasSubstr("http-equiv"));
  EXPECT_THAT(Body(ExecutionPath(Told::ArnOf("run-2"))), HasSubstr("so far"));
  const std::string machine = "/machines/" + Encode(step_functions.machine_arn);
  EXPECT_THAT(page, HasSubstr("href=\"" + machine + "\""));
  EXPECT_THAT(Body(machine), HasSubstr("?token=older%26more"));
}

TEST_F(PagesTest, SayThatAnExecutionIsNotThere) {
  const http::Response page = Get("/executions/nonsense");
  EXPECT_EQ(page.status, 404U);
  EXPECT_THAT(page.body, HasSubstr("Execution Does Not Exist"));
}

TEST_F(PagesTest, ShowALogAsText) {
  objects.objects["logs/j-1/steps/s-1/stderr.gz"] = "first <b>\n\x1b[31mred\xff\n";
  const std::string page = Body("/logs/logs/j-1/steps/s-1/stderr.gz");
  EXPECT_THAT(page, HasSubstr("first &lt;b&gt;\n\\x1b[31mred\\xff\n"));
  EXPECT_THAT(page, HasSubstr("<a href=\"/logs/logs/j-1/steps/\">steps</a>"));
  EXPECT_THAT(page, Not(HasSubstr("Only the end")));
}

TEST_F(PagesTest, ShowTheEndOfALongLog) {
  std::string log;
  for (int line = 0; line < 40'000; ++line) log += "line " + std::to_string(line) + "\n";
  objects.objects["logs/long"] = log;
  const std::string page = Body("/logs/logs/long");
  EXPECT_THAT(page, HasSubstr("line 39999\n"));
  EXPECT_THAT(page, Not(HasSubstr("line 10\n")));
  EXPECT_THAT(page, HasSubstr("Only the end is shown (256 KiB)"));
  EXPECT_THAT(page, HasSubstr("/data/.emrctl/s3/logs/long"));
  EXPECT_LT(page.size(), 300U * 1024);
}

TEST_F(PagesTest, ListAFolderOfLogs) {
  objects.objects["logs/j-1/steps/a b?.gz"] = "";
  EXPECT_THAT(Body("/logs/logs/j-1/"),
              HasSubstr("<a href=\"/logs/logs/j-1/steps/a%20b%3F.gz\">steps/a b?.gz</a>"));
  EXPECT_THAT(Body("/logs/logs"), HasSubstr("j-1/steps/"));
  EXPECT_THAT(Body("/logs/logs/none/"), HasSubstr("Nothing lies here"));
}

TEST_F(PagesTest, ShowWhatAStepHasWrittenWhileItRuns) {
  const ClusterId cluster = RunAndBoot(Named("nightly", {Step("count", "CONTINUE")}));
  const std::string step = runner.started.back().step.str();
  const std::string log = "/live/" + cluster.str() + "/" + step + "/stderr";
  work.objects["work/" + cluster.str() + "/" + step + "/stderr"] = "so far <b>\n";
  work.objects["work/" + cluster.str() + "/" + step + "/container/stdout"] = "driver\n";
  const std::string links = Body(ClusterPath(cluster.str()));
  EXPECT_THAT(links,
              HasSubstr("<a href=\"" + log + "\" aria-label=\"stderr of count\">stderr</a>"));
  EXPECT_THAT(links, HasSubstr("/container/stdout\" aria-label=\"driver stdout of count\">"));
  EXPECT_THAT(links, Not(HasSubstr(">stdout</a>")));

  std::string page = Body(log);
  EXPECT_THAT(page, HasSubstr("so far &lt;b&gt;\n"));
  EXPECT_THAT(page, HasSubstr("As far as it is written: /data/.emrctl/work/" + cluster.str() + "/" +
                              step + "/stderr"));
  EXPECT_THAT(page, HasSubstr("http-equiv=\"refresh\""));
  EXPECT_THAT(Body(log + "?hold=1"), Not(HasSubstr("http-equiv")));

  Exit(false);
  page = Body(log);
  EXPECT_THAT(page, HasSubstr("It is in no bucket, but here"));
  EXPECT_THAT(page, Not(HasSubstr("http-equiv")));
  work.objects.clear();
  EXPECT_EQ(Get(log).status, 404U);
  EXPECT_THAT(Body(log), HasSubstr("<a href=\"/clusters/" + cluster.str() + "\">"));
}

TEST_F(PagesTest, ShowTheEndOfALongLogThatIsStillWritten) {
  work.objects["work/j-1/s-1/stdout"] = std::string(300'000, 'x') + "\nlast line\n";
  const std::string page = Body("/live/j-1/s-1/stdout");
  EXPECT_THAT(page, HasSubstr("Only the end is shown (256 KiB)"));
  EXPECT_THAT(page, HasSubstr("/data/.emrctl/work/j-1/s-1/stdout"));
  EXPECT_THAT(page, HasSubstr("last line\n"));
}

TEST_F(PagesTest, ShowNothingElseOfTheWorkFolder) {
  // The store here would give it: the page must not ask.
  for (const std::string name :
       {"j-1/s-1/conf/spark-defaults.conf", "j-1/s-1/script", "j-1/stderr", "j-1//stderr",
        "j-1/../stderr", "../s-1/stderr", "j-1/s-1/../stderr", "j-1/s-1/tmp/stderr", "s-1/stderr",
        "j-1/bootstrap-actions/../stderr", "j-1/bootstrap-actions//stderr", "j-1/", "j-1/s-1/",
        "a b/s-1/stderr"}) {
    work.objects["work/" + name] = "secret";
    const http::Response page = Get("/live/" + EncodePath(name));
    EXPECT_EQ(page.status, 404U) << name;
    EXPECT_THAT(page.body, Not(HasSubstr("secret</"))) << name;
  }
  work.objects["work/j-1/s-1/stderr"] = "secret";
  EXPECT_EQ(Get("/live/j-1%2fs-1/stderr").status, 404U);
  EXPECT_EQ(Get("/live/j-1/s-1%2fstderr").status, 200U) << "an escaped separator is one here";
  work.objects["work/j-1/bootstrap-actions/1/stdout"] = "installed";
  EXPECT_THAT(Body("/live/j-1/bootstrap-actions/1/stdout"), HasSubstr("installed"));
}

TEST_F(PagesTest, LetNoKeyLeaveItsBucket) {
  // The store here would give it: the page must not ask.
  objects.objects["logs/../secret/key"] = "secret";
  objects.objects["../key"] = "secret";
  objects.objects["a/b/key"] = "secret";
  for (const std::string target :
       {"/logs/logs/../secret/key", "/logs/logs/%2e%2e/secret/key", "/logs/logs/..%2fsecret/key",
        "/logs/../key", "/logs/%2e%2e/key", "/logs/a%2Fb/key"}) {
    const http::Response page = Get(target);
    EXPECT_EQ(page.status, 404U) << target;
    EXPECT_THAT(page.body, Not(HasSubstr("secret</"))) << target;
  }
}

TEST_F(PagesTest, SayWhatIsNoPage) {
  for (const std::string target : {"/none", "/clusters/", "/clusters/a/b", "/logs/", "//", "*"}) {
    EXPECT_EQ(Get(target).status, 404U) << target;
  }
  EXPECT_EQ(Get("/clusters/%zz?a=%zz").status, 400U);
}

TEST_F(PagesTest, BringTheirOwnStyle) {
  const http::Response style = Get("/style.css");
  EXPECT_EQ(style.headers.front().second, "text/css; charset=utf-8");
  EXPECT_THAT(style.body, HasSubstr("prefers-color-scheme: dark"));
  EXPECT_EQ(Get("/icon.svg").headers.front().second, "image/svg+xml");
}

}  // namespace
}  // namespace ecm::endpoint::page
