#include "asl/definition.h"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "asl/field_reader.h"
#include "asl/model.h"
#include "base/text.h"

namespace ecm::asl {
namespace {

/// The service's limit for a state's name.
constexpr std::size_t kMostNameBytes = 80;

void ReadStates(FieldReader& reader, Definition& definition) {
  const Json* states = reader.Take("States");
  if (states == nullptr || !states->is_object() || states->get_object().empty()) {
    reader.Problem(states == nullptr ? "" : "States",
                   "'States', an object with at least one state, is missing");
    return;
  }
  const std::string pointer = PointerTo(reader.pointer(), "States");
  for (const auto& member : states->get_object()) {
    const std::string name(member.key());
    const std::string place = PointerTo(pointer, name);
    if (name.empty() || name.size() > kMostNameBytes) {
      reader.problems().push_back({place, "a state's name has 1 to 80 characters"});
    }
    definition.states.push_back(ReadState(name, member.value(), place, reader.problems()));
  }
}

class Linker {
 public:
  Linker(Definition& definition, Problems& problems)
      : definition_(definition), problems_(problems) {
    for (std::size_t at = 0; at < definition.states.size(); ++at) {
      index_.emplace(definition.states[at].name, static_cast<StateIndex>(at));
    }
  }

  bool Link(Transition& transition) {
    const auto found = index_.find(transition.name);
    if (found != index_.end()) {
      transition.state = found->second;
      return true;
    }
    std::vector<std::string_view> names;
    names.reserve(definition_.states.size());
    for (const State& state : definition_.states) names.push_back(state.name);
    const std::string_view near = Nearest(transition.name, names);
    problems_.push_back(
        {transition.pointer,
         fmt::format("there is no state '{}'{}", transition.name,
                     near.empty() ? "" : fmt::format("; did you mean '{}'?", near))});
    return false;
  }

  void RefuseUnreachable() {
    std::vector<bool> seen(definition_.states.size());
    std::vector<StateIndex> open;
    const auto visit = [&](StateIndex index) {
      if (index == kNoState || seen[static_cast<std::size_t>(index)]) return;
      seen[static_cast<std::size_t>(index)] = true;
      open.push_back(index);
    };
    visit(definition_.start.state);
    while (!open.empty()) {
      const State& state = definition_.states[static_cast<std::size_t>(open.back())];
      open.pop_back();
      for (const Transition* way : TransitionsOf(state)) visit(way->state);
    }
    for (std::size_t at = 0; at < seen.size(); ++at) {
      if (seen[at]) continue;
      problems_.push_back({definition_.states[at].pointer, "no path from StartAt leads here"});
    }
  }

 private:
  Definition& definition_;
  Problems& problems_;
  std::map<std::string, StateIndex, std::less<>> index_;
};

void LinkAll(Definition& definition, Problems& problems) {
  Linker linker(definition, problems);
  bool whole = !definition.start.name.empty() && linker.Link(definition.start);
  for (State& state : definition.states) {
    if (state.type.empty()) whole = false;
    for (Transition* way : TransitionsOf(state)) {
      if (way->name.empty() || !linker.Link(*way)) whole = false;
    }
  }
  // With a way missing, "unreachable" would only be its echo.
  if (whole) linker.RefuseUnreachable();
}

}  // namespace

DefinitionReading ReadDefinition(const Json& document) {
  DefinitionReading reading;
  FieldReader reader(document, "", reading.problems);
  if (!document.is_object()) return reading;
  auto definition = std::make_shared<Definition>();
  reader.String("Comment");
  definition->timeout_seconds = reader.Integer("TimeoutSeconds", 1, 99'999'999);
  if (const auto version = reader.String("Version"); version && *version != "1.0") {
    reader.Problem("Version", "the only version of the language is \"1.0\"");
  }
  if (const auto language = reader.String("QueryLanguage"); language && *language != "JSONPath") {
    reader.Problem("QueryLanguage", "only JSONPath is run by this executor");
  }
  definition->start = reader.Target("StartAt");
  if (reader.Take("StartAt") == nullptr) reader.Problem("", "'StartAt' is missing");
  ReadStates(reader, *definition);
  reader.RefuseOthers("a state machine");
  LinkAll(*definition, reading.problems);
  if (reading.problems.empty()) reading.definition = std::move(definition);
  return reading;
}

}  // namespace ecm::asl
