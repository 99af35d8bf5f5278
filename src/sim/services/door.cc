#include "sim/services/door.h"

namespace ecm::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kFastLeast = milliseconds{3};
constexpr Duration kFastMost = milliseconds{80};
/// A request that is on its way for longer than this is lost for good. It stays below the time
/// (Patience::settle) in which the product lets an unknown outcome settle.
constexpr Duration kSlowLeast = seconds{2};
constexpr Duration kSlowMost = seconds{30};

}  // namespace

Duration DrawBetween(Random& chance, Duration least, Duration most) {
  return least + Duration{static_cast<Duration::rep>(
                     UniformBelow(chance, static_cast<std::uint64_t>((most - least).count()) + 1))};
}

std::optional<Fault> Door::ClosedFor(Site site) const {
  const WallTime now = core_.scheduler.now();
  if (!closed_ || closed_->site != site || now < closed_->from || now >= closed_->until) return {};
  return closed_->fault;
}

Door::Trip Door::Depart(Site site) {
  Trip trip;
  trip.request = DrawBetween(core_.chance, kFastLeast, kFastMost);
  trip.answer = DrawBetween(core_.chance, kFastLeast, kFastMost);
  std::optional<Fault> fault = ClosedFor(site);
  if (fault) core_.faults.Count(*fault, site);
  if (!fault && site == Site::kRunJobFlow) {
    fault = core_.faults.DrawCall(site, {Fault::kRefusedAtOnce, Fault::kNoRoom});
  }
  if (!fault) {
    fault = core_.faults.DrawCall(
        site, {Fault::kCrashBefore, Fault::kCrashInFlight, Fault::kCrashAfter, Fault::kAnswerLost,
               Fault::kServerError, Fault::kThrottled, Fault::kUnavailable, Fault::kSlow,
               Fault::kStaleConnection, Fault::kCredentialsExpired});
  }
  if (!fault) return trip;
  core_.timeline.Note(core_.scheduler.now(), core_.scheduler.current_name(),
                      {"FAULT", Name(*fault), "at", Name(site)});
  Inflict(*fault, trip);
  return trip;
}

void Door::Inflict(Fault fault, Trip& trip) {
  switch (fault) {
    case Fault::kCrashBefore:
      CrashAfter(Duration{0});
      core_.scheduler.SleepForEver();
      break;
    case Fault::kCrashInFlight:
      CrashAfter(trip.request / 2);
      break;
    case Fault::kCrashAfter:
      trip.crash_after = true;
      break;
    case Fault::kAnswerLost:
      trip.answer_lost = true;
      break;
    case Fault::kStaleConnection:
      // The client cannot know whether the service had read the request.
      trip.answer_lost = UniformBelow(core_.chance, 2) == 0;
      if (!trip.answer_lost) trip.refusal = LostAnswer();
      break;
    case Fault::kServerError:
      trip.refusal = Error{ErrorKind::kUnknownOutcome, "An internal error has occurred.",
                           "InternalServerException"};
      break;
    case Fault::kThrottled:
    case Fault::kFlooded:
      trip.refusal = Error{ErrorKind::kThrottled, "Rate exceeded", "ThrottlingException"};
      break;
    case Fault::kUnavailable:
      trip.refusal = Error{ErrorKind::kUnavailable, "connection refused", ""};
      break;
    case Fault::kCredentialsExpired:
      trip.refusal =
          Error{ErrorKind::kAccessDenied, "The security token included in the request is expired",
                "ExpiredTokenException"};
      break;
    case Fault::kDenied:
      trip.refusal =
          Error{ErrorKind::kAccessDenied, "User is not authorized to perform this action",
                "AccessDeniedException"};
      break;
    case Fault::kRefusedAtOnce:
      trip.refusal = Error{ErrorKind::kInvalidJob, "The supplied release label is invalid.",
                           "ValidationException"};
      break;
    case Fault::kNoRoom:
      trip.refusal = Error{ErrorKind::kInvalidJob,
                           "The number of active clusters exceeds the quota of the account.",
                           "ValidationException"};
      break;
    default: {
      const bool on_the_way = UniformBelow(core_.chance, 2) == 0;
      (on_the_way ? trip.request : trip.answer) = DrawBetween(core_.chance, kSlowLeast, kSlowMost);
      break;
    }
  }
}

void Door::Arrive(Site site, std::string_view result, bool crash) {
  core_.timeline.Note(core_.scheduler.now(), core_.scheduler.current_name(),
                      {Name(site), result.empty() ? std::string_view("error") : result});
  if (crash) CrashAfter(Duration{1});
}

void Door::LetArrive(WallTime due, Scheduler::Action action) {
  if (!action) return;
  ++in_flight_;
  core_.scheduler.At(due, [this, action = std::move(action)]() mutable {
    --in_flight_;
    action();
  });
}

void Door::CrashAfter(Duration delay) {
  core_.scheduler.After(delay,
                        [this, fiber = core_.scheduler.current()] { core_.scheduler.Kill(fiber); });
}

Error Door::LostAnswer() {
  return {ErrorKind::kUnknownOutcome, "the connection was reset before the answer came", ""};
}

}  // namespace ecm::sim
