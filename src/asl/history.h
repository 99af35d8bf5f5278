#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "asl/execution.h"

namespace ecm::asl {

/// After so many events the service ends an execution (facts: events, Step Functions limits).
constexpr std::size_t kMostHistoryEvents = 25'000;
/// Of text in all events: ours, for the memory of the machine. A loop with large documents would
/// otherwise come to gigabytes before it comes to the last event.
constexpr std::size_t kMostHistoryBytes = std::size_t{256} << 20U;

/// The events of one execution, each after the one before it.
class History {
 public:
  explicit History(HistoryDetail detail) : detail_(detail) { events_.reserve(kUsualEvents); }

  const std::vector<HistoryEvent>& events() const { return events_; }
  std::int64_t last_id() const { return static_cast<std::int64_t>(events_.size()); }
  /// Whether only the event that ends the execution still has room.
  bool IsFull() const { return events_.size() + 1 >= kMostHistoryEvents; }
  bool IsTooLarge() const { return bytes_ > kMostHistoryBytes; }
  bool KeepsDetails() const { return detail_ == HistoryDetail::kFull; }

  /// `document` is the "input" or "output" of the details, as text; nullptr for none.
  void AddState(std::string type, WallTime now, std::string_view state, std::string_view member,
                const Json& document);
  void AddExecution(std::string type, WallTime now, JsonObject details);
  void AddTask(std::string type, WallTime now, std::string_view resource, JsonObject details);

 private:
  /// Enough for most executions, so that the events are not moved about.
  static constexpr std::size_t kUsualEvents = 128;

  void Add(std::string type, WallTime now, JsonObject details);

  HistoryDetail detail_;
  std::vector<HistoryEvent> events_;
  std::size_t bytes_ = 0;
};

/// {"output": "…", "outputDetails": {"truncated": false}}, the same with "input".
JsonObject DocumentDetails(std::string_view member, const Json& document);

}  // namespace ecm::asl
