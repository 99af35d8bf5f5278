#include "plan/overrides.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace ecm {
namespace {

constexpr std::size_t kMaxTags = 50;

using Tags = std::vector<std::pair<std::string, std::string>>;

void SetTag(Tags& tags, std::string key, std::string value) {
  const auto found = std::ranges::find(tags, key, &Tags::value_type::first);
  if (found == tags.end()) {
    tags.emplace_back(std::move(key), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

void SetTags(Tags& tags, const JsonArray& more) {
  for (const Json& tag : more) SetTag(tags, StringOr(tag, "Key"), StringOr(tag, "Value"));
}

/// Ours first, in their order; ours win.
JsonArray MergedTags(const JsonArray& own, const Job& job, const JsonArray& overriding) {
  Tags tags;
  SetTags(tags, own);
  for (const auto& [key, value] : job.tags) SetTag(tags, key, value);
  SetTags(tags, overriding);
  SetTags(tags, own);
  JsonArray merged;
  for (const auto& [key, value] : tags)
    merged.push_back(JsonObject{{"Key", key}, {"Value", value}});
  return merged;
}

std::unexpected<Error> Broken(std::string_view what, std::string_view why) {
  return Fail(ErrorKind::kInvalidJob, fmt::format("/emr_overrides{}: {}", what, why));
}

/// Several primary nodes make EMR keep the cluster and protect it (facts: EMR API, Termination).
bool HasSeveralPrimaries(const Json& request) {
  const Json* instances = Find(request, "Instances");
  if (instances == nullptr) return false;
  return std::ranges::any_of(FindArray(*instances, "InstanceGroups"), [](const Json& group) {
    return StringOr(group, "InstanceRole") == "MASTER" && FindInt(group, "InstanceCount") != 1;
  });
}

/// The overrides are read strictly, but a promise is kept by looking at the result.
Result<void> CheckPromises(const Json& request, const JsonObject& base) {
  for (const std::string_view key : {"Name", "Steps"}) {
    const Json* value = Find(request, key);
    if (value == nullptr || *value != base.at(key)) {
      return Broken(fmt::format("/{}", key), "is the manager's: it cannot be overridden");
    }
  }
  for (const std::string_view key : {"KeepJobFlowAliveWhenNoSteps", "TerminationProtected"}) {
    const Json* value = Find(request, {"Instances", key});
    if (value == nullptr || !value->is_bool() || value->get_bool() || Find(request, key)) {
      return Broken(fmt::format("/Instances/{}", key),
                    "must stay false: the cluster has to end with its job");
    }
  }
  if (Find(request, "StepConcurrencyLevel") != nullptr) {
    return Broken("/StepConcurrencyLevel",
                  "cannot be set: with several steps at a time a failed one does not end the "
                  "cluster");
  }
  if (HasSeveralPrimaries(request)) {
    return Broken("/Instances/InstanceGroups",
                  "the primary group must have one instance: with several EMR protects the cluster "
                  "and keeps it alive");
  }
  if (const std::size_t count = FindArray(request, "Tags").size(); count > kMaxTags) {
    return Broken("/Tags",
                  fmt::format("the cluster would have {} tags: EC2 allows {}", count, kMaxTags));
  }
  return {};
}

}  // namespace

Result<Json> WithOverrides(const JsonObject& base, const Job& job) {
  Json request = base;
  JsonArray tags;
  if (const JsonObject* overrides = job.emr_overrides.if_object();
      overrides != nullptr && !overrides->empty()) {
    if (const Json* given = overrides->if_contains("Tags"); given != nullptr) {
      if (!given->is_array()) return Broken("/Tags", "expected an array of tags");
      tags = given->get_array();
    }
    Json patch = job.emr_overrides;
    patch.get_object().erase("Tags");
    MergePatch(request, patch);
  }
  request.get_object()["Tags"] = MergedTags(base.at("Tags").as_array(), job, tags);
  ECM_TRY_VOID(CheckPromises(request, base));
  return request;
}

}  // namespace ecm
