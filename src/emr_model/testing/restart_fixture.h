#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "emr_model/operations/operations.h"
#include "emr_model/testing/fixture.h"
#include "store/memory_document_store.h"

namespace ecm::emr_model {

/// data/emr/service_model.json
inline const Json& ServiceModelText() {
  static const Json kModel = [] {
    std::ifstream file("data/emr/service_model.json");
    std::ostringstream text;
    text << file.rdbuf();
    return ParseJson(text.str()).value();
  }();
  return kModel;
}

/// The operations that the model has, of those that read or of those that may write.
inline std::vector<std::string> Operations(bool reading) {
  std::vector<std::string> names;
  for (const auto& operation : ServiceModelText().at("operations").as_object()) {
    const std::string name(operation.key());
    if (FindOperation(name) != nullptr && ChangesNothing(name) == reading) names.push_back(name);
  }
  return names;
}

/// A model whose changes are saved, so that what has ended leaves memory, and what new processes
/// make of them.
class RestartFixture : public ModelFixture {
 protected:
  RestartFixture() : RestartFixture(Options{}) {}
  explicit RestartFixture(Options given)
      : ModelFixture(With(given, store)), options(With(std::move(given), store)) {}

  /// As an endpoint does at the end of each of its turns.
  void Save() { Save(model); }
  void Save(EmrModel& from) { ASSERT_TRUE(store.Commit(from.TakeChanges()).has_value()); }

  /// What a new process makes of the documents; its events and launches are its own.
  struct Restarted {
    RecordingRunner runner;
    std::vector<Json> events;
    std::unique_ptr<EmrModel> model;
  };
  std::unique_ptr<Restarted> Restart() {
    auto made = std::make_unique<Restarted>();
    made->model = std::make_unique<EmrModel>(
        options, clock, random, made->runner,
        [events = &made->events](const Json& event) { events->push_back(event); });
    const Result<void> restored = made->model->Restore(store);
    EXPECT_TRUE(restored.has_value()) << restored.error().message;
    return made;
  }
  std::string RestoreError() {
    RecordingRunner nobody;
    EmrModel fresh(options, clock, random, nobody, {});
    const Result<void> restored = fresh.Restore(store);
    EXPECT_FALSE(restored.has_value());
    return restored.has_value() ? "" : restored.error().message;
  }

  /// The end of all machines, as a new process finds it.
  void LoseAllPrimaries() {
    for (const ClusterId& id : model.LiveClusters()) model.LosePrimary(id);
    for (const StepLaunch& launch : runner.started) Exit(launch, false);
    model.Advance();
  }

  static Result<Json> Ask(EmrModel& asked, std::string_view operation, const Json& request) {
    return asked.Call(Region(std::string(kRegion)), operation, request);
  }

  /// What every reading operation answers for every cluster and step there is, by its request.
  static std::map<std::string, Json> Everything(EmrModel& asked);

  Options options;
  MemoryDocumentStore store;

 private:
  static Options With(Options options, const MemoryDocumentStore& store) {
    options.store = &store;
    return options;
  }
};

/// The requests of an operation, made of the members that its shape requires.
inline std::vector<JsonObject> RequestsFor(const std::string& operation,
                                           const std::map<std::string, JsonArray>& steps) {
  const Json& shape =
      ServiceModelText().at("shapes").at(StringOr(ServiceModelText().at("operations"), operation));
  std::vector<JsonObject> requests{JsonObject{}};
  const JsonArray& required = FindArray(shape, "required");
  const bool of_steps = std::ranges::find(required, Json("StepId")) != required.end();
  const bool of_cluster = of_steps || (shape.at("members").as_object().contains("ClusterId"));
  if (of_cluster) requests.clear();
  for (const auto& [cluster, ids] : steps) {
    if (of_steps) {
      for (const Json& id : ids) requests.push_back({{"ClusterId", cluster}, {"StepId", id}});
    } else if (of_cluster) {
      requests.push_back({{"ClusterId", cluster}});
    }
  }
  for (const Json& member : required) {
    if (member == "ClusterId" || member == "StepId") continue;
    if (member != "ReleaseLabel") {
      ADD_FAILURE() << operation << " requires " << ToText(member) << ": say here what to ask for";
    }
    for (JsonObject& request : requests) request["ReleaseLabel"] = "emr-7.10.0";
  }
  return requests;
}

inline std::map<std::string, Json> RestartFixture::Everything(EmrModel& asked) {
  std::map<std::string, JsonArray> steps;
  const Json clusters = Ask(asked, "ListClusters", JsonObject{}).value();
  for (const Json& cluster : FindArray(clusters, "Clusters")) {
    const std::string id = StringOr(cluster, "Id");
    const Json listed = Ask(asked, "ListSteps", JsonObject{{"ClusterId", id}}).value();
    for (const Json& step : FindArray(listed, "Steps")) steps[id].push_back(step.at("Id"));
    steps.try_emplace(id);
  }
  std::map<std::string, Json> answers;
  for (const std::string& operation : Operations(/*reading=*/true)) {
    for (JsonObject& request : RequestsFor(operation, steps)) {
      const Result<Json> answer = Ask(asked, operation, request);
      answers[operation + " " + ToText(request)] =
          answer.has_value() ? *answer : Json(answer.error().message);
    }
  }
  return answers;
}

}  // namespace ecm::emr_model
