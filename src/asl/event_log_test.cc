#include "asl/event_log.h"

#include <gmock/gmock.h>

namespace ecm::asl {
namespace {

using testing::HasSubstr;

std::vector<Event> EveryEvent() {
  return {Start{},
          TaskAnswered{3, *ParseJson(R"({"a": [1, -2, 0.1, true, null, "ü\n\u0000"], "b": {}})")},
          TaskErred{4, "Lambda.Unknown", "it was \"lost\""},
          TokenSucceeded{"AbC", Json("text")},
          TokenFailed{"AbC", "Cancelled", ""},
          TokenBeat{"AbC"},
          TimerFired{9},
          StopRequested{"", "enough"},
          Abandoned{"States.Runtime", "the definition is gone"},
          Redriven{}};
}

TEST(EventLogTest, ReadsEveryEventAsItWasWritten) {
  for (const Event& event : EveryEvent()) {
    const Json kept = *ParseJson(ToText(ToJson(event)));
    const Result<Event> read = EventFromJson(kept);
    ASSERT_TRUE(read.has_value()) << ToText(kept) << ": " << read.error().message;
    EXPECT_EQ(read->index(), event.index());
    EXPECT_EQ(ToJson(*read), kept);
  }
}

TEST(EventLogTest, TellsEachTypeByItsName) {
  EXPECT_EQ(ToText(ToJson(TaskAnswered{3, JsonObject{{"a", 1}}})),
            R"({"type":"TaskAnswered","task":3,"output":"{\"a\":1}"})");
  EXPECT_EQ(ToText(ToJson(StopRequested{"e", "c"})),
            R"({"type":"StopRequested","error":"e","cause":"c"})");
}

TEST(EventLogTest, RefusesWhatItDoesNotWrite) {
  for (const std::string_view text :
       {R"({})", R"([])", R"({"type": "Stop"})", R"({"type": "TimerFired"})",
        R"({"type": "TimerFired", "timer": "9"})", R"({"type": "TaskAnswered", "task": 1})",
        R"({"type": "TaskAnswered", "task": 1, "output": {}})",
        R"({"type": "TaskAnswered", "task": 1, "output": "{"})",
        R"({"type": "TaskErred", "task": 1, "error": "e"})", R"({"type": "TokenBeat"})",
        R"({"type": "StopRequested", "error": "e", "cause": null})"}) {
    const Result<Event> read = EventFromJson(*ParseJson(text));
    ASSERT_FALSE(read.has_value()) << text;
    EXPECT_EQ(read.error().kind, ErrorKind::kInvalidJob);
  }
  EXPECT_THAT(EventFromJson(*ParseJson(R"({"type": "TimerFired"})")).error().message,
              HasSubstr("TimerFired of a state machine has no right 'timer'"));
}

Result<Event> Kept(const Event& event) { return EventFromJson(ToJson(event)); }

Json Nested(int levels) {
  Json nested = 1;
  for (int level = 0; level < levels; ++level) nested = JsonArray{std::move(nested)};
  return nested;
}

TEST(EventLogTest, KeepsOutputsAsDeepAsJsonMayBe) {
  EXPECT_TRUE(Kept(TaskAnswered{1, Nested(31)}).has_value());
  EXPECT_EQ(Kept(TaskAnswered{1, Nested(40)}).error().kind, ErrorKind::kInvalidJob);
}

TEST(EventLogTest, TellsAnExecutionOnlyWhatAReplayWillTellIt) {
  // An unsigned number is an ordinary one after it was read again.
  const Result<Event> kept = Kept(TaskAnswered{1, Json(std::uint64_t{7})});
  EXPECT_TRUE(std::get<TaskAnswered>(*kept).output.is_int64());
  EXPECT_FALSE(Kept(TaskAnswered{1, Json("\xFF")}).has_value());
  EXPECT_EQ(std::get<TaskErred>(*Kept(TaskErred{1, "E", "a\xFFz"})).cause, "a\\xffz");
}

TEST(EventLogTest, AnAbandonedExecutionFailsUncaught) {
  const DefinitionReading reading = ReadDefinition(*ParseJson(R"({
    "StartAt": "It", "States": {"It": {"Type": "Wait", "Seconds": 5, "End": true}}})"));
  Execution execution(reading.definition, Identity{}, JsonObject{});
  SeededRandom random(1);
  EXPECT_TRUE(execution.Apply(Abandoned{"E", "C"}, WallTime{}, random).empty());  // not begun
  execution.Apply(Start{}, WallTime{}, random);
  execution.Apply(Abandoned{"E", "C"}, WallTime{}, random);
  EXPECT_EQ(Name(execution.status()), "FAILED");
  EXPECT_EQ(execution.error() + " " + execution.cause(), "E C");
  EXPECT_EQ(execution.history().back().type, "ExecutionFailed");
}

}  // namespace
}  // namespace ecm::asl
