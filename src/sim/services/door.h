#pragma once

#include <optional>
#include <utility>

#include "base/result.h"
#include "env/clock.h"
#include "env/random.h"
#include "sim/faults/faults.h"
#include "sim/time/scheduler.h"
#include "sim/time/timeline.h"

namespace ecm::sim {

/// What every part of a world shares.
struct Core {
  Scheduler& scheduler;
  Clock& clock;
  Random& chance;
  Faults& faults;
  Timeline& timeline;
};

/// least … most, drawn.
Duration DrawBetween(Random& chance, Duration least, Duration most);

/// The way of a call out of a handler's sandbox to a service and back. Every call takes time on
/// both legs, so that invocations interleave; what goes wrong with a call goes wrong here.
class Door {
 public:
  explicit Door(Core core) : core_(core) {}

  /// From `from` until `until` every call of `site` is refused so: kDenied or kFlooded.
  void Close(Site site, Fault fault, WallTime from, WallTime until) {
    closed_ = {site, fault, from, until};
  }

  /// `apply` does the call at the service. `detach()` makes an action that does the same later,
  /// when the sandbox is dead and nothing of its stack is left: NoEffect for calls that only read.
  template <class T, class Apply, class Detach>
  Result<T> Pass(Site site, Apply apply, Detach detach) {
    const Trip trip = Depart(site);
    if (trip.refusal) {
      core_.scheduler.Sleep(trip.request + trip.answer);
      return Fail(*trip.refusal);
    }
    {
      InFlight<Detach> request{*this, trip.request, detach};
      core_.scheduler.Sleep(trip.request);
      request.arrived = true;
    }
    Result<T> result = apply();
    Arrive(site, result ? std::string_view("ok") : std::string_view(result.error().code),
           trip.crash_after);
    core_.scheduler.Sleep(trip.answer);
    if (trip.answer_lost) return Fail(LostAnswer());
    return result;
  }

  /// Requests of dead sandboxes that have not arrived yet.
  int in_flight() const { return in_flight_; }

 private:
  struct Trip {
    Duration request{};
    Duration answer{};
    std::optional<Error> refusal;
    bool answer_lost = false;
    bool crash_after = false;
  };

  /// Unwound while the request is on its way: it arrives all the same.
  template <class Detach>
  struct InFlight {
    Door& door;
    Duration leg;
    Detach& detach;
    bool arrived = false;
    WallTime due = door.core_.scheduler.now() + leg;
    ~InFlight() {
      if (!arrived) door.LetArrive(due, detach());
    }
  };

  /// A site that is closed for a time.
  struct Closure {
    Site site;
    Fault fault;
    WallTime from;
    WallTime until;
  };

  Trip Depart(Site site);
  void Inflict(Fault fault, Trip& trip);
  std::optional<Fault> ClosedFor(Site site) const;
  void Arrive(Site site, std::string_view result, bool crash);
  void LetArrive(WallTime due, Scheduler::Action action);
  static Error LostAnswer();
  /// Ends the running sandbox after `delay`.
  void CrashAfter(Duration delay);

  Core core_;
  int in_flight_ = 0;
  std::optional<Closure> closed_;
};

/// For calls without effect: nothing arrives from a dead sandbox.
inline Scheduler::Action NoEffect() { return {}; }

}  // namespace ecm::sim
