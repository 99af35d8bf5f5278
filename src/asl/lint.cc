#include "asl/lint.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <deque>

#include "asl/model.h"

namespace ecm::asl {
namespace {

/// Names in a Retry that match a timeout or a missed heartbeat.
constexpr std::array<std::string_view, 4> kSwallowing = {
    "States.ALL", "States.TaskFailed", "States.Timeout", "States.HeartbeatTimeout"};

bool Has(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool EndsTheExecution(const State& state) {
  if (state.type == "Succeed" || state.type == "Fail") return true;
  return state.type != "Choice" && state.next.name.empty();
}

/// The states that can be entered from one of them, without going on from those of `barred`.
class Reach {
 public:
  Reach(const Definition& definition, StateIndex from, const std::vector<std::string>& barred)
      : definition_(definition), seen_(definition.states.size()), before_(seen_.size(), kNoState) {
    std::deque<StateIndex> open{from};
    seen_[At(from)] = true;
    while (!open.empty()) {
      const StateIndex index = open.front();
      open.pop_front();
      const State& state = definition.states[At(index)];
      if (Has(barred, state.name)) continue;
      for (const Transition* way : TransitionsOf(state)) {
        if (seen_[At(way->state)]) continue;
        seen_[At(way->state)] = true;
        before_[At(way->state)] = index;
        open.push_back(way->state);
      }
    }
  }

  bool Enters(StateIndex index) const { return seen_[At(index)]; }
  bool EntersOneOf(const std::vector<std::string>& names) const {
    for (std::size_t at = 0; at < seen_.size(); ++at) {
      if (seen_[at] && Has(names, definition_.states[at].name)) return true;
    }
    return false;
  }
  /// A shortest way there: "A → B → C".
  std::string Way(StateIndex to) const {
    std::vector<std::string_view> names;
    for (StateIndex at = to; at != kNoState; at = before_[At(at)]) {
      names.insert(names.begin(), definition_.states[At(at)].name);
    }
    return fmt::format("{}", fmt::join(names, " → "));
  }

 private:
  static std::size_t At(StateIndex index) { return static_cast<std::size_t>(index); }

  const Definition& definition_;
  std::vector<bool> seen_;
  std::vector<StateIndex> before_;
};

class Linter {
 public:
  Linter(const Definition& definition, const LintRules& rules)
      : definition_(definition),
        rules_(rules),
        duties_{
            Duty{"release", rules.release,
                 Reach(definition, definition.start.state, rules.release)},
            Duty{"report", rules.report, Reach(definition, definition.start.state, rules.report)},
            Duty{"notify", rules.notify, Reach(definition, definition.start.state, rules.notify)}} {
  }

  std::vector<DefinitionProblem> Run() {
    CheckNames();
    for (std::size_t at = 0; at < definition_.states.size(); ++at) {
      const State& state = definition_.states[at];
      if (const auto* task = std::get_if<TaskSpec>(&state.spec)) {
        CheckTask(state, *task);
        CheckCatches(state, *task, static_cast<StateIndex>(at));
      }
      if (EndsTheExecution(state)) CheckEnd(state, static_cast<StateIndex>(at));
    }
    return std::move(problems_);
  }

 private:
  struct Duty {
    std::string_view name;
    const std::vector<std::string>& states;
    /// What can be entered from the start before the duty is done.
    Reach undone;
  };

  void CheckNames() {
    const auto check = [&](const std::vector<std::string>& names) {
      for (const std::string& name : names) {
        if (std::ranges::none_of(definition_.states,
                                 [&](const State& state) { return state.name == name; })) {
          problems_.push_back({"/States", fmt::format("the lint's rules name the state '{}', "
                                                      "which is not there",
                                                      name)});
        }
      }
    };
    for (const Duty& duty : duties_) check(duty.states);
    check(rules_.may_end);
  }

  void CheckTask(const State& state, const TaskSpec& task) {
    if (!task.timeout.IsSet()) {
      problems_.push_back({state.pointer,
                           "the Task has neither TimeoutSeconds nor "
                           "TimeoutSecondsPath: a lost answer would hold it"});
    }
    for (const Retrier& retrier : task.retriers) {
      for (const std::string_view name : kSwallowing) {
        if (!Has(retrier.errors, name)) continue;
        problems_.push_back({PointerTo(retrier.pointer, "ErrorEquals"),
                             fmt::format("a Retry of {} swallows timeouts or heartbeats: name the "
                                         "transient errors",
                                         name)});
      }
    }
    const bool catches_all = std::ranges::any_of(
        task.catchers, [](const Catcher& catcher) { return Has(catcher.errors, "States.ALL"); });
    if (!catches_all && !Has(rules_.may_end, state.name)) {
      problems_.push_back({state.pointer,
                           "no Catch of States.ALL: its failure would end the "
                           "execution without cleanup"});
    }
  }

  /// A Catch must lead to every duty that the Task itself still has before it.
  void CheckCatches(const State& state, const TaskSpec& task, StateIndex index) {
    if (state.next.state == kNoState) return;
    const Reach planned(definition_, state.next.state, {});
    for (const Catcher& catcher : task.catchers) {
      const Reach after(definition_, catcher.next.state, {});
      for (const Duty& duty : duties_) {
        const bool done = Has(duty.states, state.name) || !duty.undone.Enters(index);
        if (done || !planned.EntersOneOf(duty.states) || after.EntersOneOf(duty.states)) continue;
        problems_.push_back({catcher.next.pointer,
                             fmt::format("from '{}' no path leads to {} ({})", catcher.next.name,
                                         duty.name, fmt::join(duty.states, ", "))});
      }
    }
  }

  void CheckEnd(const State& state, StateIndex index) {
    for (const Duty& duty : duties_) {
      if (duty.name == "notify" && state.type != "Fail") continue;
      if (Has(duty.states, state.name) || !duty.undone.Enters(index)) continue;
      problems_.push_back({state.pointer, fmt::format("a path ends here without {}: {}", duty.name,
                                                      duty.undone.Way(index))});
    }
  }

  const Definition& definition_;
  const LintRules& rules_;
  std::array<Duty, 3> duties_;
  std::vector<DefinitionProblem> problems_;
};

}  // namespace

std::vector<DefinitionProblem> LintForJobs(const Definition& definition, const LintRules& rules) {
  return Linter(definition, rules).Run();
}

}  // namespace ecm::asl
