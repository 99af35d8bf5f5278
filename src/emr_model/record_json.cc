#include "emr_model/record_json.h"

#include <fmt/format.h>

#include "emr_model/answers.h"

namespace ecm::emr_model {
namespace {

constexpr std::int64_t kVersion = 1;

using Pairs = std::vector<std::pair<std::string, std::string>>;

void Put(JsonObject& json, std::string_view key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

void Put(JsonObject& json, std::string_view key, std::int64_t number) {
  if (number != 0) json[key] = number;
}

void Put(JsonObject& json, std::string_view key, const std::optional<WallTime>& time) {
  if (time.has_value()) json[key] = time->time_since_epoch().count();
}

void Put(JsonObject& json, std::string_view key, const JsonArray& array) {
  if (!array.empty()) json[key] = array;
}

void Put(JsonObject& json, std::string_view key, const Pairs& pairs) {
  JsonArray array;
  for (const auto& [name, value] : pairs) array.push_back(JsonArray{name, value});
  if (!array.empty()) json[key] = std::move(array);
}

Result<void> CheckVersion(const Json& json, std::string_view what) {
  const std::int64_t version = FindInt(json, "v").value_or(0);
  if (version == kVersion) return {};
  return Fail(ErrorKind::kInternal,
              fmt::format("it is no {} of version {} (but {})", what, kVersion, version));
}

WallTime TimeOf(std::int64_t milliseconds) { return WallTime{Duration{milliseconds}}; }

std::optional<WallTime> ReadTime(const Json& json, std::string_view key) {
  const std::optional<std::int64_t> milliseconds = FindInt(json, key);
  if (!milliseconds.has_value()) return std::nullopt;
  return TimeOf(*milliseconds);
}

std::int64_t ReadNumber(const Json& json, std::string_view key) {
  return FindInt(json, key).value_or(0);
}

Pairs ReadPairs(const Json& json, std::string_view key) {
  Pairs pairs;
  for (const Json& pair : FindArray(json, key)) {
    if (!pair.is_array() || pair.get_array().size() != 2) continue;
    const Json& name = pair.get_array()[0];
    const Json& value = pair.get_array()[1];
    if (!name.is_string() || !value.is_string()) continue;
    pairs.emplace_back(name.get_string(), value.get_string());
  }
  return pairs;
}

/// Out of the document: large members are moved.
Json Take(Json& json, std::string_view key) {
  Json* found = json.as_object().if_contains(key);
  return found == nullptr ? Json() : std::move(*found);
}

JsonObject TakeObject(Json& json, std::string_view key) {
  Json taken = Take(json, key);
  return taken.is_object() ? std::move(taken.get_object()) : JsonObject{};
}

JsonArray TakeArray(Json& json, std::string_view key) {
  Json taken = Take(json, key);
  return taken.is_array() ? std::move(taken.get_array()) : JsonArray{};
}

JsonObject ToJson(const InstanceCollection& collection) {
  JsonObject json{{"description", collection.description.Unpack()}};
  Put(json, "count", collection.count);
  Put(json, "spot_count", collection.spot_count);
  Put(json, "retired", collection.retired);
  Put(json, "spot_retired", collection.spot_retired);
  Put(json, "added", collection.added);
  return json;
}

InstanceCollection CollectionFromJson(Json json) {
  InstanceCollection collection;
  if (!json.is_object()) return collection;
  const JsonObject description = TakeObject(json, "description");
  collection.id = StringOr(description, "Id");
  collection.description = PackedObject(description);
  collection.count = ReadNumber(json, "count");
  collection.spot_count = ReadNumber(json, "spot_count");
  collection.retired = ReadNumber(json, "retired");
  collection.spot_retired = ReadNumber(json, "spot_retired");
  collection.added = ReadTime(json, "added");
  return collection;
}

void PutHistory(JsonObject& json, const ClusterRecord& cluster) {
  json["state"] = Name(cluster.state);
  Put(json, "reason_code", cluster.reason.code);
  Put(json, "reason_message", cluster.reason.message);
  Put(json, "error_details", cluster.error_details);
  Put(json, "created", std::optional(cluster.created));
  Put(json, "ready", cluster.ready);
  Put(json, "ended", cluster.ended);
  Put(json, "terminate_at", cluster.terminate_at.time_since_epoch().count());
}

Result<void> ReadHistory(Json& json, ClusterRecord& cluster) {
  const std::string state = StringOr(json, "state");
  cluster.state = ParseClusterState(state);
  if (cluster.state == ClusterState::kOther) {
    return Fail(ErrorKind::kInternal, fmt::format("its state '{}' is unknown", state));
  }
  cluster.reason = {StringOr(json, "reason_code"), StringOr(json, "reason_message")};
  cluster.error_details = TakeArray(json, "error_details");
  cluster.created = TimeOf(ReadNumber(json, "created"));
  cluster.ready = ReadTime(json, "ready");
  cluster.ended = ReadTime(json, "ended");
  cluster.terminate_at = TimeOf(ReadNumber(json, "terminate_at"));
  return {};
}

// Lines are read by the ten thousand before the first answer: members have places, not names.
constexpr std::size_t kLineMembers = 14;

Json TimeOrNull(const std::optional<WallTime>& time) {
  return time.has_value() ? Json(time->time_since_epoch().count()) : Json();
}

/// Reads the members of a line one after another.
class LineReader {
 public:
  explicit LineReader(const JsonArray& line) : line_(line) {}

  std::string Text() {
    const Json& member = Next();
    return member.is_string() ? std::string(member.get_string()) : std::string();
  }
  std::int64_t Number() {
    const Json& member = Next();
    return member.is_int64() ? member.get_int64() : 0;
  }
  std::optional<WallTime> Time() {
    const Json& member = Next();
    if (!member.is_int64()) return std::nullopt;
    return TimeOf(member.get_int64());
  }
  JsonArray Array() {
    const Json& member = Next();
    // In memory of its own: lines do not last.
    return member.is_array() ? JsonArray(member.get_array(), boost::json::storage_ptr())
                             : JsonArray{};
  }

 private:
  const Json& Next() { return line_[at_++]; }
  const JsonArray& line_;
  std::size_t at_ = 0;
};

}  // namespace

JsonArray ToLine(const EndedCluster& cluster) {
  return {kVersion,
          cluster.id.str(),
          cluster.region.str(),
          static_cast<std::int64_t>(cluster.sequence),
          cluster.arn,
          cluster.name,
          Name(cluster.state),
          cluster.reason.code,
          cluster.reason.message,
          cluster.created.time_since_epoch().count(),
          TimeOrNull(cluster.ready),
          TimeOrNull(cluster.ended),
          static_cast<std::int64_t>(cluster.step_count),
          cluster.error_details};
}

std::optional<EndedCluster> EndedClusterFromLine(const Json& line) {
  const JsonArray* members = line.if_array();
  if (members == nullptr || members->size() != kLineMembers) return std::nullopt;
  LineReader reader(*members);
  if (reader.Number() != kVersion) return std::nullopt;
  EndedCluster cluster;
  cluster.id = ClusterId(reader.Text());
  cluster.region = Region(reader.Text());
  cluster.sequence = static_cast<std::uint64_t>(reader.Number());
  cluster.arn = reader.Text();
  cluster.name = reader.Text();
  cluster.state = ParseClusterState(reader.Text());
  cluster.reason.code = reader.Text();
  cluster.reason.message = reader.Text();
  cluster.created = reader.Time().value_or(WallTime{});
  cluster.ready = reader.Time();
  cluster.ended = reader.Time();
  cluster.step_count = static_cast<std::size_t>(reader.Number());
  cluster.error_details = reader.Array();
  if (!IsFinal(cluster.state)) return std::nullopt;
  return cluster;
}

JsonObject ToJson(const ClusterRecord& cluster) {
  JsonObject json{{"v", kVersion},
                  {"id", cluster.id.str()},
                  {"region", cluster.region.str()},
                  {"sequence", static_cast<std::int64_t>(cluster.sequence)},
                  {"arn", cluster.arn},
                  {"name", cluster.name},
                  {"description", cluster.description.Unpack()},
                  {"release", JsonArray{cluster.release.first, cluster.release.second}},
                  {"step_concurrency", cluster.step_concurrency},
                  {"keep_alive", cluster.keep_alive},
                  {"termination_protected", cluster.termination_protected},
                  {"uses_fleets", cluster.uses_fleets}};
  PutHistory(json, cluster);
  json["configurations"] = cluster.configurations;
  Put(json, "bootstrap_actions", cluster.bootstrap_actions);
  Put(json, "log_uri", cluster.log_uri);
  Put(json, "step_execution_role_arn", cluster.step_execution_role_arn);
  if (cluster.idle_timeout.has_value()) json["idle_timeout"] = cluster.idle_timeout->count();
  if (!cluster.managed_scaling.is_null()) json["managed_scaling"] = cluster.managed_scaling;
  Put(json, "tags", cluster.tags);
  JsonArray instances;
  for (const InstanceCollection& collection : cluster.instances) {
    instances.push_back(ToJson(collection));
  }
  Put(json, "instances", instances);
  return json;
}

Result<ClusterRecord> ClusterFromJson(Json json) {
  ECM_TRY_VOID(CheckVersion(json, "cluster"));
  ClusterRecord cluster;
  ECM_TRY_VOID(ReadHistory(json, cluster));
  cluster.id = ClusterId(StringOr(json, "id"));
  cluster.region = Region(StringOr(json, "region"));
  cluster.sequence = static_cast<std::uint64_t>(ReadNumber(json, "sequence"));
  cluster.arn = StringOr(json, "arn");
  cluster.name = StringOr(json, "name");
  cluster.description = PackedObject(TakeObject(json, "description"));
  cluster.configurations = Take(json, "configurations");
  cluster.bootstrap_actions = TakeArray(json, "bootstrap_actions");
  cluster.log_uri = StringOr(json, "log_uri");
  cluster.step_execution_role_arn = StringOr(json, "step_execution_role_arn");
  if (const JsonArray& release = FindArray(json, "release");
      release.size() == 2 && release[0].is_int64() && release[1].is_int64()) {
    cluster.release = {static_cast<int>(release[0].get_int64()),
                       static_cast<int>(release[1].get_int64())};
  }
  cluster.step_concurrency = FindInt(json, "step_concurrency").value_or(1);
  if (const auto timeout = FindInt(json, "idle_timeout")) cluster.idle_timeout = Duration{*timeout};
  cluster.managed_scaling = Take(json, "managed_scaling");
  cluster.uses_fleets = FindBool(json, "uses_fleets").value_or(false);
  for (Json& collection : TakeArray(json, "instances")) {
    cluster.instances.push_back(CollectionFromJson(std::move(collection)));
  }
  cluster.keep_alive = FindBool(json, "keep_alive").value_or(false);
  cluster.termination_protected = FindBool(json, "termination_protected").value_or(false);
  cluster.tags = ReadPairs(json, "tags");
  return cluster;
}

JsonObject ToJson(const StepRecord& step) {
  JsonObject json{{"v", kVersion},     {"id", step.id.str()},
                  {"name", step.name}, {"action", Name(step.action)},
                  {"jar", step.jar},   {"state", Name(step.state)}};
  Put(json, "main_class", step.main_class);
  Put(json, "args", JsonArray(step.args.begin(), step.args.end()));
  Put(json, "properties", step.properties);
  Put(json, "execution_role_arn", step.execution_role_arn);
  Put(json, "log_uri", step.log_uri);
  Put(json, "encryption_key_arn", step.encryption_key_arn);
  Put(json, "created", std::optional(step.created));
  Put(json, "started", step.started);
  Put(json, "ended", step.ended);
  if (step.failure.has_value()) {
    json["failure"] = {step.failure->reason, step.failure->message, step.failure->log_file};
  }
  return json;
}

Result<StepRecord> StepFromJson(const Json& json) {
  ECM_TRY_VOID(CheckVersion(json, "step"));
  StepRecord step;
  step.state = ParseStepState(StringOr(json, "state"));
  const auto action = ParseActionOnFailure(StringOr(json, "action"));
  if (step.state == StepState::kOther || !action.has_value()) {
    return Fail(ErrorKind::kInternal,
                fmt::format("its state '{}' or its action '{}' is unknown", StringOr(json, "state"),
                            StringOr(json, "action")));
  }
  step.action = *action;
  step.id = StepId(StringOr(json, "id"));
  step.name = StringOr(json, "name");
  step.jar = StringOr(json, "jar");
  step.main_class = StringOr(json, "main_class");
  for (const Json& arg : FindArray(json, "args")) {
    if (arg.is_string()) step.args.emplace_back(arg.get_string());
  }
  step.properties = ReadPairs(json, "properties");
  step.execution_role_arn = StringOr(json, "execution_role_arn");
  step.log_uri = StringOr(json, "log_uri");
  step.encryption_key_arn = StringOr(json, "encryption_key_arn");
  step.created = TimeOf(ReadNumber(json, "created"));
  step.started = ReadTime(json, "started");
  step.ended = ReadTime(json, "ended");
  const JsonArray& failure = FindArray(json, "failure");
  if (failure.size() == 3) {
    const auto text = [&](std::size_t at) {
      return failure[at].is_string() ? std::string(failure[at].get_string()) : std::string();
    };
    step.failure = FailureDetails{text(0), text(1), text(2)};
  }
  return step;
}

}  // namespace ecm::emr_model
