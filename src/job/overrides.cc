#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "job/fields.h"
#include "job/formats.h"
#include "job/reading.h"

namespace ecm {
namespace {

/// What the manager promises about a cluster: its identity and that it ends with its job.
constexpr std::array<std::string_view, 5> kPromises = {
    "Name", "Steps", "KeepJobFlowAliveWhenNoSteps", "TerminationProtected",
    // More than one step at a time is only allowed with ActionOnFailure CONTINUE.
    "StepConcurrencyLevel"};
constexpr std::array<std::string_view, 2> kInstancePromises = {"KeepJobFlowAliveWhenNoSteps",
                                                               "TerminationProtected"};
constexpr std::string_view kPromiseMessage =
    "is what the manager's promises rest on (names, steps, the cluster's end): it cannot be "
    "overridden";

/// The members of RunJobFlow (botocore 1.44.5). Others are passed on: EMR may know more.
constexpr std::array<std::string_view, 32> kRunJobFlowMembers = {"LogUri",
                                                                 "LogEncryptionKmsKeyId",
                                                                 "AdditionalInfo",
                                                                 "AmiVersion",
                                                                 "ReleaseLabel",
                                                                 "Instances",
                                                                 "StepExecutionRoleArn",
                                                                 "BootstrapActions",
                                                                 "SupportedProducts",
                                                                 "NewSupportedProducts",
                                                                 "Applications",
                                                                 "Configurations",
                                                                 "VisibleToAllUsers",
                                                                 "JobFlowRole",
                                                                 "ServiceRole",
                                                                 "Tags",
                                                                 "SecurityConfiguration",
                                                                 "AutoScalingRole",
                                                                 "ScaleDownBehavior",
                                                                 "CustomAmiId",
                                                                 "EbsRootVolumeSize",
                                                                 "RepoUpgradeOnBoot",
                                                                 "KerberosAttributes",
                                                                 "ManagedScalingPolicy",
                                                                 "PlacementGroupConfigs",
                                                                 "AutoTerminationPolicy",
                                                                 "OSReleaseLabel",
                                                                 "EbsRootVolumeIops",
                                                                 "EbsRootVolumeThroughput",
                                                                 "ExtendedSupport",
                                                                 "MonitoringConfiguration",
                                                                 "SessionEnabled"};

/// Every string of it can be sent to EMR.
void CheckStrings(const Node& node, int depth, Problems& problems) {
  if (problems.IsFull()) return;
  if (depth > 32) {
    problems.Add(node.pointer, "is nested more than 32 levels deep");
  } else if (const auto* text = node.json->if_string()) {
    if (!IsXmlSafe(*text)) problems.Add(node.pointer, "holds a control character");
  } else if (const JsonArray* array = node.json->if_array()) {
    for (std::size_t i = 0; i < array->size(); ++i) {
      CheckStrings({&(*array)[i], PointerTo(node.pointer, i)}, depth + 1, problems);
    }
  } else if (const JsonObject* object = node.json->if_object()) {
    for (const auto& member : *object) {
      const std::string at = PointerTo(node.pointer, TruncateUtf8(member.key(), 256));
      if (!IsPrintable(member.key())) problems.Add(at, "has a control character in its name");
      CheckStrings({&member.value(), at}, depth + 1, problems);
    }
  }
}

void CheckInstances(const Node& node, Problems& problems) {
  const JsonObject* instances = node.json->if_object();
  if (instances == nullptr) {
    problems.Add(node.pointer,
                 fmt::format("expected an object with the members to change, found {}",
                             TypeName(*node.json)));
    return;
  }
  for (const std::string_view key : kInstancePromises) {
    if (instances->contains(key)) {
      problems.Add(PointerTo(node.pointer, key), std::string(kPromiseMessage));
    }
  }
}

void CheckTag(const Node& node, std::set<std::string>& keys, Problems& problems) {
  static constexpr std::array<std::string_view, 2> kKnown = {"Key", "Value"};
  const JsonObject* tag = ReadObject(node, "members", 20, problems);
  if (tag == nullptr) return;
  RefuseUnknownMembers(*tag, node.pointer, kKnown, problems);
  const TextRule key_rule = {"a key without control characters", IsPrintable, 128};
  const TextRule value_rule = {"a value without control characters", IsPrintable, 256, true};
  const auto key_node = RequireMember(*tag, node.pointer, "Key", key_rule.expected, problems);
  const auto key = key_node ? ReadText(*key_node, key_rule, problems) : std::nullopt;
  if (key && IsReservedTag(*key)) {
    problems.Add(key_node->pointer, "is a tag that the manager or AWS sets: choose another key");
  } else if (key && !keys.insert(*key).second) {
    problems.Add(key_node->pointer, fmt::format("the tag {} is given twice", Quote(*key)));
  }
  const auto value = RequireMember(*tag, node.pointer, "Value", value_rule.expected, problems);
  if (value) ReadText(*value, value_rule, problems);
}

void CheckTags(const Node& node, Problems& problems) {
  const JsonArray* tags = ReadArray(node, "tags {\"Key\": …, \"Value\": …}", 44, problems);
  if (tags == nullptr) return;
  std::set<std::string> keys;
  for (std::size_t i = 0; i < tags->size(); ++i) {
    CheckTag({&(*tags)[i], PointerTo(node.pointer, i)}, keys, problems);
  }
}

}  // namespace

void ReadOverrides(const JsonObject& object, const std::string& pointer, Job& job,
                   Problems& problems) {
  const auto node = FindMember(object, pointer, "emr_overrides");
  if (!node) return;
  const JsonObject* overrides = ReadObject(*node, "members of RunJobFlow", 100, problems);
  if (overrides == nullptr) return;
  for (const auto& member : *overrides) {
    const std::string_view key = member.key();
    const std::string at = PointerTo(node->pointer, TruncateUtf8(key, /*max_bytes=*/256));
    if (std::ranges::find(kPromises, key) != kPromises.end()) {
      problems.Add(at, std::string(kPromiseMessage));
    } else if (key == "Instances") {
      CheckInstances({&member.value(), at}, problems);
    } else if (key == "Tags") {
      CheckTags({&member.value(), at}, problems);
    } else if (std::ranges::find(kRunJobFlowMembers, key) == kRunJobFlowMembers.end()) {
      problems.Warn(at, "is not a member of RunJobFlow that we know: it is passed on as it is");
    }
  }
  CheckStrings(*node, 0, problems);
  job.emr_overrides = *node->json;
}

}  // namespace ecm
