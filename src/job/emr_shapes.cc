#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "job/fields.h"
#include "job/formats.h"
#include "job/reading.h"
#include "job/uris.h"

namespace ecm {
namespace {

void ReadPackages(const JsonObject& object, const std::string& pointer, Job& job,
                  Problems& problems) {
  const auto node = FindMember(object, pointer, "spark_packages");
  if (!node) return;
  const JsonArray* array = ReadArray(*node, "packages", 50, problems);
  if (array == nullptr) return;
  const TextRule rule = {"a Maven coordinate group:artifact:version", IsMavenCoordinate, 256};
  for (std::size_t i = 0; i < array->size(); ++i) {
    const Json& element = (*array)[i];
    if (element.is_string() && element.get_string().empty()) continue;
    auto text = ReadText({&element, PointerTo(node->pointer, i)}, rule, problems);
    if (text) job.spark_packages.push_back(*std::move(text));
  }
}

void ReadApplications(const JsonObject& object, const std::string& pointer, Job& job,
                      Problems& problems) {
  const auto node = FindMember(object, pointer, "applications");
  if (!node) return;
  const JsonArray* array = ReadArray(*node, "names of applications", 30, problems);
  if (array == nullptr) return;
  job.applications.clear();
  const TextRule rule = {"the name of an EMR application such as Spark", IsApplication, 64};
  for (std::size_t i = 0; i < array->size(); ++i) {
    const Node element{&(*array)[i], PointerTo(node->pointer, i)};
    auto text = ReadText(element, rule, problems);
    if (!text) continue;
    if (std::ranges::find(job.applications, *text) != job.applications.end()) {
      problems.Add(element.pointer, fmt::format("the application '{}' is given twice", *text));
    }
    job.applications.push_back(*std::move(text));
  }
  if (std::ranges::find(job.applications, "Spark") == job.applications.end()) {
    problems.Add(node->pointer, "expected \"Spark\" among the applications: the job needs it");
  }
}

void CheckConfigurations(const Node& node, Problems& problems);

void CheckProperties(const Node& node, Problems& problems) {
  const JsonObject* properties = ReadObject(node, "properties", 500, problems);
  if (properties == nullptr) return;
  const TextRule rule = {"a string (EMR takes only strings here)", IsXmlSafe, 10240, true};
  for (const auto& member : *properties) {
    const std::string at = PointerTo(node.pointer, TruncateUtf8(member.key(), /*max_bytes=*/256));
    if (member.key().empty() || CountCharacters(member.key()) > 256 || !IsPrintable(member.key())) {
      problems.Add(at, "expected a name of 1 to 256 characters without control characters");
      continue;
    }
    ReadText({&member.value(), at}, rule, problems);
  }
}

void CheckConfiguration(const Node& node, Problems& problems) {
  static constexpr std::array<std::string_view, 3> kKnown = {"Classification", "Properties",
                                                             "Configurations"};
  const JsonObject* object = ReadObject(node, "members", 20, problems);
  if (object == nullptr) return;
  RefuseUnknownMembers(*object, node.pointer, kKnown, problems);
  const TextRule rule = {"a classification such as spark-defaults", IsApplication, 128};
  const auto name = RequireMember(*object, node.pointer, "Classification", rule.expected, problems);
  if (name) ReadText(*name, rule, problems);
  if (const auto properties = FindMember(*object, node.pointer, "Properties")) {
    CheckProperties(*properties, problems);
  }
  if (const auto inner = FindMember(*object, node.pointer, "Configurations")) {
    CheckConfigurations(*inner, problems);
  }
}

/// Recursion is bounded by the depth to which ParseJson reads.
void CheckConfigurations(const Node& node, Problems& problems) {
  const JsonArray* array = ReadArray(node, "configurations", 50, problems);
  if (array == nullptr) return;
  for (std::size_t i = 0; i < array->size(); ++i) {
    CheckConfiguration({&(*array)[i], PointerTo(node.pointer, i)}, problems);
  }
}

std::vector<std::string> ReadActionArgs(const Node& node, Problems& problems) {
  std::vector<std::string> args;
  const JsonArray* array = ReadArray(node, "strings", 100, problems);
  if (array == nullptr) return args;
  const TextRule rule = {"a string without control characters", IsXmlSafe, 4096, true};
  for (std::size_t i = 0; i < array->size(); ++i) {
    auto text = ReadText({&(*array)[i], PointerTo(node.pointer, i)}, rule, problems);
    if (text) args.push_back(*std::move(text));
  }
  return args;
}

std::string ReadActionPath(const Node& node, Problems& problems) {
  const TextRule rule = {"the s3:// address of a script", [](std::string_view) { return true; },
                         1000};
  auto path = ReadText(node, rule, problems);
  if (!path) return {};
  const std::string wrong = ExplainS3Uri(*path);
  if (wrong.empty()) return *std::move(path);
  problems.Add(node.pointer, fmt::format("{} {}", Quote(*path), wrong));
  return {};
}

BootstrapAction ReadAction(const Node& node, Problems& problems) {
  static constexpr std::array<std::string_view, 3> kKnown = {"name", "path", "args"};
  BootstrapAction action;
  const JsonObject* object = ReadObject(node, "members", 20, problems);
  if (object == nullptr) return action;
  RefuseUnknownMembers(*object, node.pointer, kKnown, problems);
  const TextRule rule = {"a name without control characters", IsPrintable, 128};
  if (const auto name = RequireMember(*object, node.pointer, "name", rule.expected, problems)) {
    action.name = ReadText(*name, rule, problems).value_or("");
  }
  if (const auto path =
          RequireMember(*object, node.pointer, "path", "the s3:// address of a script", problems)) {
    action.path = ReadActionPath(*path, problems);
  }
  if (const auto args = FindMember(*object, node.pointer, "args")) {
    action.args = ReadActionArgs(*args, problems);
  }
  return action;
}

void ReadActions(const JsonObject& object, const std::string& pointer, Job& job,
                 Problems& problems) {
  const auto node = FindMember(object, pointer, "bootstrap_actions");
  if (!node) return;
  const JsonArray* array = ReadArray(*node, "bootstrap actions", 16, problems);
  if (array == nullptr) return;
  for (std::size_t i = 0; i < array->size(); ++i) {
    job.bootstrap_actions.push_back(
        ReadAction({&(*array)[i], PointerTo(node->pointer, i)}, problems));
  }
}

}  // namespace

void ReadEmrShapes(const JsonObject& object, const std::string& pointer, Job& job,
                   Problems& problems) {
  ReadPackages(object, pointer, job, problems);
  ReadApplications(object, pointer, job, problems);
  if (const auto node = FindMember(object, pointer, "configurations")) {
    CheckConfigurations(*node, problems);
    job.configurations = *node->json;
  }
  ReadActions(object, pointer, job, problems);
}

}  // namespace ecm
