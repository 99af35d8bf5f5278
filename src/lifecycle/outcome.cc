#include "lifecycle/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "diagnose/redact.h"
#include "lifecycle/document.h"
#include "lifecycle/next_step.h"

namespace ecm::lifecycle {
namespace {

constexpr std::size_t kMaxMessage = 2000;

std::string Tidy(std::string_view text, std::size_t max_bytes = kMaxMessage) {
  return TruncateUtf8(RedactSecrets(ToOneLine(text)), max_bytes);
}

Json TimeOrNull(const std::optional<WallTime>& time) {
  return time ? Json(ToIso8601(*time)) : Json(nullptr);
}

Json TextOrNull(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

struct Ending {
  Verdict verdict = Verdict::kInternalError;
  std::string message;
};

/// {"Error": "…", "Cause": "{\"errorMessage\": …}"}, as a Catch leaves it.
Ending EndingOfError(const Json& error) {
  const std::string name = StringOr(error, "Error", "InternalError");
  const std::string cause = StringOr(error, "Cause");
  const Result<Json> parsed = ParseJson(cause);
  std::string message = parsed ? StringOr(*parsed, "errorMessage", cause) : cause;
  if (message.empty()) message = "the state machine reports " + name;
  return {VerdictOfError(name), message};
}

Ending EndingOf(const Json& document) {
  if (const Json* inspection = Find(document, "inspection")) {
    return {ParseVerdict(StringOr(*inspection, "verdict")).value_or(Verdict::kInternalError),
            StringOr(*inspection, "message")};
  }
  if (const Json* error = Find(document, "error")) return EndingOfError(*error);
  return {Verdict::kInternalError, "the job ended without a verdict"};
}

/// Why nobody can say that the cluster is gone; "" if it is.
std::string Unverified(const Json& document) {
  if (const Json* error = Find(document, "release_error")) {
    return "the cluster could not be ended: " + EndingOfError(*error).message;
  }
  const Json* release = Find(document, "release");
  if (release == nullptr || FindBool(*release, "verified").value_or(false)) return {};
  return StringOr(*release, "message");
}

Json Steps(const Json& document) {
  const Json* inspection = Find(document, "inspection");
  if (inspection == nullptr) return JsonArray{};
  return FindArray(*inspection, "steps");
}

Json Timings(const Json& document, const JobRecord* record, WallTime now) {
  JsonObject timings{{"started", nullptr},
                     {"cluster_created", nullptr},
                     {"cluster_ready", nullptr},
                     {"cluster_ended", nullptr},
                     {"ended", ToIso8601(now)}};
  if (const Json* started = Find(document, {"execution", "started"})) timings["started"] = *started;
  if (record != nullptr) timings["started"] = ToIso8601(record->started);
  if (const Json* cluster = Find(document, {"inspection", "cluster"})) {
    for (const char* key : {"created", "ready", "ended"}) {
      if (const Json* time = Find(*cluster, key)) timings["cluster_" + std::string(key)] = *time;
    }
  }
  if (const Json* ended = Find(document, {"release", "ended"})) timings["cluster_ended"] = *ended;
  return timings;
}

Json Logs(const JobRecord* record) {
  if (record == nullptr || record->log_uri.empty() || record->cluster.empty()) return nullptr;
  return Json(record->log_uri + record->cluster.str() + "/");
}

/// {kind, message, log_cause, next}; null on success.
Json Cause(const Json& document, const Ending& ending, const std::string& unverified,
           const LogFindings& logs) {
  if (ending.verdict == Verdict::kSucceeded && unverified.empty()) return nullptr;
  const Json* reason = Find(document, {"inspection", "cluster", "reason"});
  Situation situation;
  situation.verdict = unverified.empty() ? ending.verdict : Verdict::kCleanupUnverified;
  situation.message = ending.message;
  situation.log_cause = logs.cause;
  if (reason != nullptr && reason->is_string()) situation.reason_code = reason->as_string();
  situation.step_failed = std::ranges::any_of(Steps(document).as_array(), [](const Json& step) {
    return StringOr(step, "state") == "FAILED";
  });
  situation.log_trouble = logs.trouble;
  JsonObject cause{{"kind", Name(ending.verdict)},
                   {"message", Tidy(ending.message)},
                   {"log", TextOrNull(Tidy(logs.cause, 1000))},
                   {"next", Tidy(NextStep(situation))}};
  if (!unverified.empty()) cause["cleanup"] = Tidy(unverified);
  return cause;
}

}  // namespace

Json ToInspection(const Decision& decision, const Cluster& cluster,
                  const std::vector<Step>& expected) {
  JsonArray steps;
  for (const Step& step : expected) {
    steps.push_back(JsonObject{{"name", step.name},
                               {"id", TextOrNull(step.id.str())},
                               {"state", step.state_name},
                               {"started", TimeOrNull(step.started)},
                               {"ended", TimeOrNull(step.ended)}});
  }
  return JsonObject{{"verdict", Name(decision.verdict)},
                    {"message", Tidy(decision.message)},
                    {"cluster", JsonObject{{"state", cluster.state_name},
                                           {"reason", cluster.reason_code},
                                           {"created", TimeOrNull(cluster.created)},
                                           {"ready", TimeOrNull(cluster.ready)},
                                           {"ended", TimeOrNull(cluster.ended)}}},
                    {"steps", std::move(steps)}};
}

Json MakeOutcome(const Json& document, const JobRecord* record, const LogFindings& logs,
                 WallTime now) {
  const Ending ending = EndingOf(document);
  const std::string unverified = Unverified(document);
  const Verdict verdict = unverified.empty() ? ending.verdict : Verdict::kCleanupUnverified;
  const Json* arn = Find(document, {"execution", "arn"});
  JsonObject outcome{
      {"v", kOutcomeVersion},
      {"verdict", Name(verdict)},
      {"execution", arn == nullptr ? Json(nullptr) : *arn},
      {"cluster_id", record == nullptr ? Json(nullptr) : TextOrNull(record->cluster.str())},
      {"region", record == nullptr ? Json(nullptr) : TextOrNull(record->region.str())},
      {"steps", Steps(document)},
      {"logs", Logs(record)},
      {"cause", Cause(document, ending, unverified, logs)},
      {"timings", Timings(document, record, now)},
  };
  if (ToText(outcome).size() > kMaxOutcomeBytes) {
    // Only the number of steps is left to be too much; the store and EMR have them all.
    outcome["steps"] = JsonArray{};
  }
  return outcome;
}

Json MakeNotice(const Json& outcome, const std::string& stage, const std::string& job_label) {
  std::string subject =
      fmt::format("[ecm-{}] {}: {}", stage, StringOr(outcome, "verdict"), job_label);
  for (char& character : subject) {
    if (character < 0x20 || character > 0x7E) character = '?';
  }
  if (subject.size() > 100) subject.resize(100);
  std::string message = fmt::format("{} ended: {}\n\n", job_label, StringOr(outcome, "verdict"));
  if (const Json* cause = Find(outcome, "cause")) {
    for (const auto& [title, key] : {std::pair{"What happened", "message"},
                                     {"The logs say", "log"},
                                     {"The cluster", "cleanup"},
                                     {"What to do", "next"}}) {
      const std::string text = StringOr(*cause, key);
      if (!text.empty()) message += fmt::format("{}: {}\n", title, text);
    }
  }
  for (const auto& [title, key] : {std::pair{"Cluster", "cluster_id"},
                                   {"Region", "region"},
                                   {"Logs", "logs"},
                                   {"Execution", "execution"}}) {
    const std::string text = StringOr(outcome, key);
    if (!text.empty()) message += fmt::format("{}: {}\n", title, text);
  }
  return JsonObject{{"subject", subject}, {"message", TruncateUtf8(message, kMaxOutcomeBytes)}};
}

}  // namespace ecm::lifecycle
