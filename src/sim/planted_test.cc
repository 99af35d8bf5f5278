#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include "aws/emr_api.h"
#include "lifecycle/handlers.h"
#include "lifecycle/verdict.h"
#include "sim/campaign.h"

// Handlers with planted defects: whole worlds in which the oracles must notice.

namespace ecm::sim {
namespace {

using lifecycle::Ports;

/// The invariant that the first broken seed breaks; "" if none of 300 does.
std::string FirstBroken(FindHandler find) {
  const CampaignReport report = RunCampaign({.first = 1, .seeds = 300, .find_handler = find});
  return report.failures.empty() ? "" : report.failures.front().violation.invariant;
}

Result<Json> ReleasesNothing(const Json& event, Ports& /*ports*/) {
  JsonObject document = event.as_object();
  document["next"] = "report";
  document["release"] = JsonObject{{"verified", true}, {"message", "gone"}};
  return document;
}

Result<Json> SweepsNothing(const Json& /*event*/, Ports& /*ports*/) { return JsonObject{}; }

TEST(PlantedDefectTest, AReleaseThatEndsNoClusterLeaksWhereNothingSweeps) {
  const std::string broken = FirstBroken([](std::string_view name) {
    if (name == "sweep") return lifecycle::Handler(SweepsNothing);
    return name == "release" ? lifecycle::Handler(ReleasesNothing) : lifecycle::FindHandler(name);
  });
  EXPECT_EQ(broken, "I1");
}

TEST(PlantedDefectTest, TheSweepEndsWhatABrokenReleaseLeaves) {
  const std::string broken = FirstBroken([](std::string_view name) {
    return name == "release" ? lifecycle::Handler(ReleasesNothing) : lifecycle::FindHandler(name);
  });
  EXPECT_EQ(broken, "");
}

/// As a submit without R-NAME: whatever the outcome of the first call, it calls again.
Result<Json> CreatesTwice(const Json& event, Ports& ports) {
  struct Twice : EmrApi {
    explicit Twice(EmrApi& real) : emr(real) {}
    Result<Json> Call(const Region& region, std::string_view operation,
                      const Json& request) override {
      Result<Json> answer = emr.Call(region, operation, request);
      if (operation != "RunJobFlow") return answer;
      return emr.Call(region, operation, request);
    }
    EmrApi& emr;
  };
  Twice twice(ports.emr);
  Ports planted = lifecycle::WithEmr(ports, twice);
  return lifecycle::Submit(event, planted);
}

TEST(PlantedDefectTest, ASubmitThatRepeatsItsCallHasTwoClustersForOneExecution) {
  const std::string broken = FirstBroken([](std::string_view name) {
    return name == "submit" ? lifecycle::Handler(CreatesTwice) : lifecycle::FindHandler(name);
  });
  EXPECT_EQ(broken, "I2");
}

Result<Json> SaysNothingUseful(const Json& event, Ports& ports) {
  Result<Json> document = lifecycle::Report(event, ports);
  if (document && Find(*document, "notice") != nullptr) {
    document->as_object()["notice"].as_object()["message"] = "something happened";
  }
  return document;
}

TEST(PlantedDefectTest, ANoticeThatNamesNobodyIsNoNotice) {
  const std::string broken = FirstBroken([](std::string_view name) {
    return name == "report" ? lifecycle::Handler(SaysNothingUseful) : lifecycle::FindHandler(name);
  });
  EXPECT_EQ(broken, "I3");
}

/// Always looks again in an hour, as if nothing had ended and no deadline had passed.
Result<Json> NeverDecides(const Json& event, Ports& ports) {
  Result<Json> document = lifecycle::Inspect(event, ports);
  if (document) {
    document->as_object()["next"] = "wait";
    document->as_object()["wait_seconds"] = 3600;
  }
  return document;
}

TEST(PlantedDefectTest, AnInspectThatNeverDecidesKeepsTheExecutionForEver) {
  const std::string broken = FirstBroken([](std::string_view name) {
    return name == "inspect" ? lifecycle::Handler(NeverDecides) : lifecycle::FindHandler(name);
  });
  EXPECT_EQ(broken, "I4");
}

/// Believes that whatever has ended has ended well.
Result<Json> BelievesInSuccess(const Json& event, Ports& ports) {
  Result<Json> document = lifecycle::Inspect(event, ports);
  if (document && Find(*document, "inspection") != nullptr) {
    document->as_object()["inspection"].as_object()["verdict"] =
        lifecycle::Name(lifecycle::Verdict::kSucceeded);
  }
  return document;
}

TEST(PlantedDefectTest, AnInspectThatBelievesInSuccessReportsWhatNeverHappened) {
  const std::string broken = FirstBroken([](std::string_view name) {
    return name == "inspect" ? lifecycle::Handler(BelievesInSuccess) : lifecycle::FindHandler(name);
  });
  EXPECT_EQ(broken, "I5");
}

TEST(PlantedDefectTest, WithoutASweepNobodyHearsOfAnAbort) {
  const std::string broken = FirstBroken([](std::string_view name) {
    return name == "sweep" ? lifecycle::Handler(SweepsNothing) : lifecycle::FindHandler(name);
  });
  EXPECT_TRUE(broken == "I1" || broken == "I3") << broken;
}

/// Believes that every execution is over.
Result<Json> SweepsTheHealthy(const Json& event, Ports& ports) {
  struct Over : Executions {
    Result<ExecutionState> Describe(const ExecutionArn& /*execution*/) override {
      return ExecutionState{ExecutionStatus::kAborted, {}, {}};
    }
    Result<std::set<ExecutionArn>> ListRunning(const std::string& /*machine_arn*/) override {
      return std::set<ExecutionArn>();
    }
  };
  Over over;
  Ports planted{ports.clock,   ports.random, ports.log,     ports.emr,
                ports.jobs,    ports.tokens, ports.objects, over,
                ports.notices, ports.stack,  ports.patience};
  return lifecycle::Sweep(event, planted);
}

TEST(PlantedDefectTest, ASweepThatEndsWhatRunsIsNoticed) {
  const std::string broken = FirstBroken([](std::string_view name) {
    return name == "sweep" ? lifecycle::Handler(SweepsTheHealthy) : lifecycle::FindHandler(name);
  });
  EXPECT_EQ(broken, "I5");
}

Result<Json> Throws(const Json& /*event*/, Ports& /*ports*/) {
  throw std::runtime_error("planted");
}

TEST(PlantedDefectTest, AHandlerThatThrowsIsNoticed) {
  const std::string broken = FirstBroken([](std::string_view name) {
    return name == "wake" ? lifecycle::Handler(Throws) : lifecycle::FindHandler(name);
  });
  EXPECT_EQ(broken, "handler");
}

}  // namespace
}  // namespace ecm::sim
