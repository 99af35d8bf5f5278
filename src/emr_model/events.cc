#include "emr_model/events.h"

#include <fmt/format.h>

#include "emr_model/answers.h"

namespace ecm::emr_model {
namespace {

/// "2018-10-13T14:12:41Z": events have whole seconds.
std::string EventTime(WallTime time) { return ToIso8601(time).substr(0, 19) + "Z"; }

/// "2018-10-13 14:12 UTC"
std::string MessageTime(WallTime time) {
  const std::string iso = ToIso8601(time);
  return iso.substr(0, 10) + " " + iso.substr(11, 5) + " UTC";
}

Json Envelope(const ClusterRecord& cluster, std::string_view detail_type, JsonObject detail,
              const std::string& account, WallTime now, Random& random) {
  return JsonObject{{"version", "0"},
                    {"id", RandomUuid(random)},
                    {"detail-type", detail_type},
                    {"source", "aws.emr"},
                    {"account", account},
                    {"time", EventTime(now)},
                    {"region", cluster.region.str()},
                    {"resources", JsonArray{}},
                    {"detail", std::move(detail)}};
}

/// "" for a state without an event.
std::string ClusterMessage(const ClusterRecord& cluster, WallTime now) {
  const std::string who = fmt::format("{} ({})", cluster.id.str(), cluster.name);
  const std::string when = MessageTime(now);
  switch (cluster.state) {
    case ClusterState::kStarting:
      return fmt::format("Amazon EMR cluster {} was requested at {} and is being created.", who,
                         when);
    case ClusterState::kRunning:
      return fmt::format("Amazon EMR cluster {} began running steps at {}.", who, when);
    case ClusterState::kWaiting:
      return fmt::format("Amazon EMR cluster {} is waiting for steps since {}.", who, when);
    case ClusterState::kTerminated:
      return fmt::format("Amazon EMR Cluster {} has terminated at {} with a reason of {}.", who,
                         when, cluster.reason.code);
    case ClusterState::kTerminatedWithErrors:
      return fmt::format(
          "Amazon EMR Cluster {} has terminated with errors at {} with a reason of "
          "{}.",
          who, when, cluster.reason.code);
    default:
      return {};
  }
}

/// stateChangeReason is a document inside a string, its keys in lower case.
std::string ReasonDocument(const ClusterRecord& cluster) {
  JsonObject reason{{"code", cluster.reason.code}};
  if (!cluster.reason.code.empty()) reason["message"] = cluster.reason.message;
  return ToText(reason);
}

struct StepTelling {
  std::string_view severity;
  std::string_view words;
};

std::optional<StepTelling> TellingOf(StepState state) {
  switch (state) {
    case StepState::kPending:
      return StepTelling{"INFO", "is pending execution since"};
    case StepState::kCancelPending:
      return StepTelling{"WARN", "is being cancelled since"};
    case StepState::kRunning:
      return StepTelling{"INFO", "started running at"};
    case StepState::kCompleted:
      return StepTelling{"INFO", "completed execution at"};
    case StepState::kCancelled:
      return StepTelling{"WARN", "was cancelled at"};
    case StepState::kFailed:
      return StepTelling{"ERROR", "failed at"};
    case StepState::kInterrupted:
    case StepState::kOther:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Json> ClusterEvent(const ClusterRecord& cluster, const std::string& account,
                                 WallTime now, Random& random) {
  std::string message = ClusterMessage(cluster, now);
  if (message.empty()) return std::nullopt;
  const bool critical = cluster.state == ClusterState::kTerminatedWithErrors;
  JsonObject detail{{"severity", critical ? "CRITICAL" : "INFO"},
                    {"stateChangeReason", ReasonDocument(cluster)},
                    {"name", cluster.name},
                    {"clusterId", cluster.id.str()},
                    {"state", Name(cluster.state)},
                    {"message", std::move(message)}};
  return Envelope(cluster, "EMR Cluster State Change", std::move(detail), account, now, random);
}

std::optional<Json> StepEvent(const ClusterRecord& cluster, const StepRecord& step,
                              const std::string& account, WallTime now, Random& random) {
  const std::optional<StepTelling> telling = TellingOf(step.state);
  if (!telling.has_value()) return std::nullopt;
  JsonObject detail{{"severity", telling->severity},
                    {"actionOnFailure", Name(step.action)},
                    {"stepId", step.id.str()},
                    {"name", step.name},
                    {"clusterId", cluster.id.str()},
                    {"state", Name(step.state)},
                    {"message", fmt::format("Step {} ({}) in Amazon EMR cluster {} ({}) {} {}.",
                                            step.id.str(), step.name, cluster.id.str(),
                                            cluster.name, telling->words, MessageTime(now))}};
  return Envelope(cluster, "EMR Step Status Change", std::move(detail), account, now, random);
}

}  // namespace ecm::emr_model
