#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/ascii.h"
#include "base/text.h"
#include "job/fields.h"
#include "job/formats.h"
#include "job/reading.h"

namespace ecm {
namespace {

constexpr std::size_t kMaxArguments = 200;
constexpr std::size_t kMaxValue = 8192;
constexpr std::size_t kMaxUserTags = 44;  // EC2's 50, less the six of our own

/// First segments of Hadoop's own settings.
constexpr std::array<std::string_view, 9> kHadoopNamespaces = {
    "fs", "dfs", "hadoop", "yarn", "mapreduce", "mapred", "io", "ipc", "hive"};

/// Settings that a member of the description already sets, and that member.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kOwnSettings = {{
    {"spark.driver.memory", "mem_driver"},
    {"spark.executor.memory", "mem_executor"},
    {"spark.submit.pyFiles", "code_files"},
    {"spark.jars.packages", "spark_packages"},
    {"spark.submit.deployMode", ""},
    {"spark.master", ""},
}};

constexpr std::array<std::string_view, 7> kSecretWords = {
    "password", "passwd", "secret", "token", "credential", "access.key", "access_key"};

/// Arguments and settings are readable by all who may describe a cluster or read its logs.
void WarnOfSecret(std::string_view name, const std::string& pointer, Problems& problems) {
  const std::string lower = ToLowerAscii(name);
  if (std::ranges::none_of(kSecretWords, [&](auto word) { return lower.contains(word); })) return;
  problems.Warn(
      pointer,
      "looks like a secret: it will be visible in EMR and in its logs; pass the name of a "
      "secret and let the job fetch it");
}

/// Hadoop's Configuration replaces ${…} when a setting is read.
void WarnOfExpansion(std::string_view value, const std::string& pointer, Problems& problems) {
  if (!value.contains("${")) return;
  problems.Warn(pointer, "holds '${': Hadoop replaces ${…} when the job reads the setting");
}

/// Spark's launcher script removes carriage returns from its arguments.
void WarnOfCarriageReturn(std::string_view value, const std::string& pointer, Problems& problems) {
  if (!value.contains('\r')) return;
  problems.Warn(pointer, "holds a carriage return: spark-submit removes it");
}

std::optional<JobArgument> ReadArgument(const Node& node, Problems& problems) {
  static constexpr std::array<std::string_view, 2> kKnown = {"argument", "value"};
  const JsonObject* object = node.json->if_object();
  if (object == nullptr) {
    problems.Add(node.pointer, fmt::format("expected an object {{\"argument\": …, \"value\": …}}, "
                                           "found {}",
                                           TypeName(*node.json)));
    return std::nullopt;
  }
  RefuseUnknownMembers(*object, node.pointer, kKnown, problems);
  const TextRule rule = {"the name of an argument: letters, digits and . _ -", IsArgumentName, 128};
  const auto name_node = RequireMember(*object, node.pointer, "argument", rule.expected, problems);
  const auto value_node =
      RequireMember(*object, node.pointer, "value", "a string, an integer or a boolean", problems);
  auto name = name_node ? ReadText(*name_node, rule, problems) : std::nullopt;
  auto value = value_node ? ReadValue(*value_node, kMaxValue, problems) : std::nullopt;
  if (!name || !value) return std::nullopt;
  WarnOfSecret(*name, node.pointer, problems);
  WarnOfExpansion(*value, value_node->pointer, problems);
  WarnOfCarriageReturn(*value, value_node->pointer, problems);
  return JobArgument{*std::move(name), *std::move(value)};
}

void ReadArguments(const JsonObject& object, const std::string& pointer, Job& job,
                   Problems& problems) {
  const auto node = FindMember(object, pointer, "arguments");
  if (!node) return;
  const JsonArray* array = ReadArray(*node, "arguments", kMaxArguments, problems);
  if (array == nullptr) return;
  std::set<std::string> names;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const Node element{&(*array)[i], PointerTo(node->pointer, i)};
    auto argument = ReadArgument(element, problems);
    if (!argument) continue;
    if (!names.insert(argument->name).second) {
      problems.Add(PointerTo(element.pointer, "argument"),
                   fmt::format("the argument '{}' is given twice", argument->name));
      continue;
    }
    job.arguments.push_back(*std::move(argument));
  }
  if (!array->empty() && !object.contains("namespace")) {
    problems.Add(PointerTo(pointer, "namespace"),
                 "is missing: arguments reach the job as {namespace}.{argument}");
  }
}

void ReadNamespace(const JsonObject& object, const std::string& pointer, Job& job,
                   Problems& problems) {
  const auto node = FindMember(object, pointer, "namespace");
  if (!node) return;
  const TextRule rule = {"a namespace of letters, digits and . _ - that begins with a letter",
                         IsNamespace, 64};
  auto text = ReadText(*node, rule, problems);
  if (!text) return;
  job.spark_namespace = *std::move(text);
  const std::string_view first =
      std::string_view(job.spark_namespace).substr(0, job.spark_namespace.find('.'));
  if (std::ranges::find(kHadoopNamespaces, first) != kHadoopNamespaces.end()) {
    problems.Warn(node->pointer,
                  fmt::format("'{}' is Hadoop's own namespace: arguments may change how Hadoop "
                              "works",
                              first));
  }
}

void ReadTags(const JsonObject& object, const std::string& pointer, Job& job, Problems& problems) {
  const auto node = FindMember(object, pointer, "tags");
  if (!node) return;
  const JsonObject* tags = ReadObject(*node, "tags", kMaxUserTags, problems);
  if (tags == nullptr) return;
  for (const auto& member : *tags) {
    const std::string_view key = member.key();
    const std::string at = PointerTo(node->pointer, TruncateUtf8(key, /*max_bytes=*/256));
    if (key.empty() || CountCharacters(key) > 128 || !IsPrintable(key)) {
      problems.Add(at, "expected a key of 1 to 128 characters without control characters");
      continue;
    }
    if (IsReservedTag(key)) {
      problems.Add(at, "is a tag that the manager or AWS sets: choose another key");
      continue;
    }
    const TextRule rule = {"a value without control characters", IsPrintable, 256, true};
    if (auto value = ReadText({&member.value(), at}, rule, problems)) {
      job.tags.emplace_back(key, *std::move(value));
    }
  }
}

/// What is wrong with setting `key`, "" if nothing is.
std::string ExplainSparkKey(std::string_view key, const Job& job) {
  if (key.size() > 256 || !IsSparkKey(key)) {
    return "expected a setting that begins with 'spark.': letters, digits and . _ -";
  }
  for (const auto& [setting, member] : kOwnSettings) {
    if (key != setting) continue;
    return member.empty() ? "is decided by the manager: remove it"
                          : fmt::format("is set by the member '{}': use that", member);
  }
  for (const JobArgument& argument : job.arguments) {
    if (key == fmt::format("spark.hadoop.{}.{}", job.spark_namespace, argument.name)) {
      return fmt::format("is set by the argument '{}': remove one of them", argument.name);
    }
  }
  return {};
}

void ReadSparkConf(const JsonObject& object, const std::string& pointer, Job& job,
                   Problems& problems) {
  const auto node = FindMember(object, pointer, "spark_conf");
  if (!node) return;
  const JsonObject* settings = ReadObject(*node, "settings", kMaxArguments, problems);
  if (settings == nullptr) return;
  for (const auto& member : *settings) {
    const std::string_view key = member.key();
    const std::string at = PointerTo(node->pointer, TruncateUtf8(key, /*max_bytes=*/256));
    if (std::string wrong = ExplainSparkKey(key, job); !wrong.empty()) {
      problems.Add(at, std::move(wrong));
      continue;
    }
    auto value = ReadValue({&member.value(), at}, kMaxValue, problems);
    if (!value) continue;
    if (key == "spark.yarn.submit.waitAppCompletion" && *value == "false") {
      problems.Warn(at,
                    "with this setting a step may succeed as soon as Spark accepts it, whatever "
                    "becomes of the job");
    }
    WarnOfSecret(key, at, problems);
    job.spark_conf.emplace_back(key, *std::move(value));
  }
}

}  // namespace

bool IsReservedTag(std::string_view key) {
  const bool aws = key.size() >= 4 && (key[0] | 0x20) == 'a' && (key[1] | 0x20) == 'w' &&
                   (key[2] | 0x20) == 's' && key[3] == ':';
  return aws || key.starts_with("ecm:") || key == "for-use-with-amazon-emr-managed-policies";
}

void ReadMaps(const JsonObject& object, const std::string& pointer, Job& job, Problems& problems) {
  ReadNamespace(object, pointer, job, problems);
  ReadArguments(object, pointer, job, problems);
  ReadTags(object, pointer, job, problems);
  ReadSparkConf(object, pointer, job, problems);
}

}  // namespace ecm
