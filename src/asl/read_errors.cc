#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "asl/field_reader.h"
#include "base/text.h"

namespace ecm::asl {
namespace {

/// The names with the prefix States. that a Task can meet (facts: events, "Errors and Catch").
const std::vector<std::string_view> kReserved = {"States.ALL",
                                                 "States.TaskFailed",
                                                 "States.Timeout",
                                                 "States.HeartbeatTimeout",
                                                 "States.Permissions",
                                                 "States.ResultPathMatchFailure",
                                                 "States.DataLimitExceeded"};

std::string ProblemOfName(const std::string& name, bool retry) {
  if (name.empty()) return "an error name is expected";
  if (!name.starts_with("States.")) return {};
  if (name == "States.Runtime") {
    return "States.Runtime always ends the execution: it is neither retried nor caught";
  }
  if (retry && name == "States.DataLimitExceeded") {
    return "States.DataLimitExceeded is never retried";
  }
  if (std::ranges::find(kReserved, name) != kReserved.end()) return {};
  const std::string_view near = Nearest(name, kReserved);
  return fmt::format("no Task of this executor ends with '{}'{}", name,
                     near.empty() ? "" : fmt::format("; did you mean '{}'?", near));
}

Retrier ReadRetrier(const Json& json, const std::string& pointer, Problems& problems, bool last) {
  FieldReader reader(json, pointer, problems);
  Retrier retrier;
  retrier.pointer = pointer;
  retrier.errors = ReadErrorEquals(reader, last, true);
  retrier.interval_seconds =
      static_cast<double>(reader.Integer("IntervalSeconds", 1, 99'999'999).value_or(1));
  retrier.max_attempts = reader.Integer("MaxAttempts", 0, 99'999'999).value_or(3);
  retrier.backoff_rate = reader.Number("BackoffRate", 1, 1e9).value_or(2);
  if (const auto most = reader.Integer("MaxDelaySeconds", 1, 31'622'400)) {
    retrier.max_delay_seconds = static_cast<double>(*most);
    if (*retrier.max_delay_seconds <= retrier.interval_seconds) {
      reader.Problem("MaxDelaySeconds", "it must be greater than IntervalSeconds");
    }
  }
  if (const auto jitter = reader.String("JitterStrategy")) {
    retrier.full_jitter = *jitter == "FULL";
    if (*jitter != "FULL" && *jitter != "NONE") {
      reader.Problem("JitterStrategy", "FULL or NONE is expected");
    }
  }
  reader.String("Comment");
  reader.RefuseOthers("a retrier");
  return retrier;
}

Catcher ReadCatcher(const Json& json, const std::string& pointer, Problems& problems, bool last) {
  FieldReader reader(json, pointer, problems);
  Catcher catcher;
  catcher.pointer = pointer;
  catcher.errors = ReadErrorEquals(reader, last, false);
  catcher.placement = reader.Place("ResultPath");
  catcher.next = reader.Target("Next");
  if (catcher.next.name.empty()) reader.Problem("", "'Next' is missing");
  reader.String("Comment");
  reader.RefuseOthers("a catcher");
  return catcher;
}

}  // namespace

std::vector<std::string> ReadErrorEquals(FieldReader& reader, bool last, bool retry) {
  std::vector<std::string> names;
  const JsonArray* list = reader.List("ErrorEquals");
  if (list == nullptr) {
    reader.Problem("", "'ErrorEquals' with at least one error name is missing");
    return names;
  }
  const std::string pointer = PointerTo(reader.pointer(), "ErrorEquals");
  for (std::size_t at = 0; at < list->size(); ++at) {
    const Json& element = (*list)[at];
    names.emplace_back(element.is_string() ? std::string(element.get_string()) : "");
    const std::string problem = ProblemOfName(names.back(), retry);
    if (!problem.empty()) reader.problems().push_back({PointerTo(pointer, at), problem});
  }
  if (std::ranges::find(names, "States.ALL") != names.end() && (names.size() > 1 || !last)) {
    reader.Problem("ErrorEquals", "States.ALL must stand alone and in the last element");
  }
  return names;
}

std::vector<Retrier> ReadRetry(FieldReader& state) {
  std::vector<Retrier> retriers;
  const JsonArray* list = state.List("Retry");
  if (list == nullptr) return retriers;
  const std::string pointer = PointerTo(state.pointer(), "Retry");
  for (std::size_t at = 0; at < list->size(); ++at) {
    retriers.push_back(
        ReadRetrier((*list)[at], PointerTo(pointer, at), state.problems(), at + 1 == list->size()));
  }
  return retriers;
}

std::vector<Catcher> ReadCatch(FieldReader& state) {
  std::vector<Catcher> catchers;
  const JsonArray* list = state.List("Catch");
  if (list == nullptr) return catchers;
  const std::string pointer = PointerTo(state.pointer(), "Catch");
  for (std::size_t at = 0; at < list->size(); ++at) {
    catchers.push_back(
        ReadCatcher((*list)[at], PointerTo(pointer, at), state.problems(), at + 1 == list->size()));
  }
  return catchers;
}

}  // namespace ecm::asl
