#include "job/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "job/formats.h"
#include "job/reading.h"
#include "job/unwrap.h"
#include "job/uris.h"

namespace ecm {
namespace {

using std::chrono::minutes;

constexpr std::array<std::string_view, 25> kMembers = {"job_name",
                                                       "resource",
                                                       "namespace",
                                                       "arguments",
                                                       "code_files",
                                                       "code_entrypoint",
                                                       "mem_executor",
                                                       "mem_driver",
                                                       "master_type",
                                                       "slave_type",
                                                       "count",
                                                       "release",
                                                       "region",
                                                       "log_bucket",
                                                       "subnet",
                                                       "spark_packages",
                                                       "timeout_minutes",
                                                       "start_timeout_minutes",
                                                       "tags",
                                                       "spark_conf",
                                                       "applications",
                                                       "configurations",
                                                       "bootstrap_actions",
                                                       "service_role",
                                                       "instance_profile"};

struct Spelling {
  std::string_view current;
  std::string_view older;
};
constexpr std::array<Spelling, 3> kSpellings = {
    {{"job_name", "name"}, {"code_files", "pyfiles"}, {"code_entrypoint", "entrypoint"}}};

/// Names from other tools that no count of typing errors leads to ours.
constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kForeignNames = {{
    {"core_type", "slave_type"},
    {"bootstrap_steps", "bootstrap_actions"},
    {"instance_count", "count"},
    {"timeout", "timeout_minutes"},
    {"job_flow_role", "instance_profile"},
    {"release_label", "release"},
}};

std::string_view OlderName(std::string_view current) {
  const auto* found = std::ranges::find(kSpellings, current, &Spelling::current);
  return found == kSpellings.end() ? std::string_view() : found->older;
}

bool IsMember(std::string_view key) {
  return std::ranges::find(kMembers, key) != kMembers.end() || key == "emr_overrides" ||
         std::ranges::find(kSpellings, key, &Spelling::older) != kSpellings.end();
}

std::string_view Suggest(std::string_view key) {
  const auto* foreign =
      std::ranges::find(kForeignNames, key, [](const auto& names) { return names.first; });
  if (foreign != kForeignNames.end()) return foreign->second;
  std::vector<std::string_view> candidates(kMembers.begin(), kMembers.end());
  candidates.push_back("emr_overrides");
  return Nearest(key, candidates);
}

/// The member in either spelling.
std::optional<Node> FindSpelled(const JsonObject& object, const std::string& pointer,
                                std::string_view current) {
  if (auto node = FindMember(object, pointer, current)) return node;
  const std::string_view older = OlderName(current);
  return older.empty() ? std::nullopt : FindMember(object, pointer, older);
}

/// One member of text: its rule, where it goes, whether it must be there.
struct TextField {
  std::string_view key;
  TextRule rule;
  std::string Job::* to;
  bool required = false;
};

constexpr std::string_view kMemoryExpected = "an amount of memory such as 512M, 16G or 1T";
constexpr std::string_view kTypeExpected = "an EC2 instance type such as m5.xlarge";

const std::array<TextField, 10>& TextFields() {
  static const std::array<TextField, 10> kFields = {{
      {"job_name",
       {"a name of letters, digits, spaces and . _ - that begins with a letter or digit", IsJobName,
        64},
       &Job::job_name,
       true},
      {"resource", {"a label without control characters", IsPrintable, 128}, &Job::resource},
      {"release", {"an EMR release such as emr-7.5.0", IsRelease, 32}, &Job::release, true},
      {"mem_executor", {kMemoryExpected, IsMemory, 16}, &Job::mem_executor},
      {"mem_driver", {kMemoryExpected, IsMemory, 16}, &Job::mem_driver},
      {"master_type", {kTypeExpected, IsInstanceType, 64}, &Job::master_type},
      {"slave_type", {kTypeExpected, IsInstanceType, 64}, &Job::slave_type},
      {"subnet", {"a subnet such as subnet-0a1b2c3d", IsSubnet, 32}, &Job::subnet},
      {"service_role", {"the name or the ARN of an IAM role", IsRole, 512}, &Job::service_role},
      {"instance_profile",
       {"the name or the ARN of an instance profile", IsInstanceProfile, 512},
       &Job::instance_profile},
  }};
  return kFields;
}

void ReadTextFields(const JsonObject& object, const std::string& pointer, Job& job,
                    Problems& problems) {
  for (const TextField& field : TextFields()) {
    const auto node = FindSpelled(object, pointer, field.key);
    if (!node) {
      if (field.required) {
        problems.Add(PointerTo(pointer, field.key),
                     fmt::format("is missing: expected {}", field.rule.expected));
      }
      continue;
    }
    if (auto text = ReadText(*node, field.rule, problems)) job.*field.to = *std::move(text);
  }
}

constexpr TextRule kUriRule = {.expected = "the s3:// address of an object",
                               .fits = [](std::string_view) { return true; },
                               .max_length = 1000};

/// The address of an object with one of the endings, "" and a problem otherwise.
std::string ReadCodeUri(const Node& node, std::initializer_list<std::string_view> endings,
                        std::string_view ending_message, Problems& problems) {
  auto uri = ReadText(node, kUriRule, problems);
  if (!uri) return {};
  const std::string wrong = ExplainS3Uri(*uri);
  if (!wrong.empty()) {
    problems.Add(node.pointer, fmt::format("{} {}", Quote(*uri), wrong));
    return {};
  }
  if (std::ranges::none_of(endings, [&](std::string_view e) { return uri->ends_with(e); })) {
    problems.Add(node.pointer, fmt::format("{} {}", Quote(*uri), ending_message));
    return {};
  }
  return *std::move(uri);
}

void ReadCode(const JsonObject& object, const std::string& pointer, Job& job, Problems& problems) {
  if (const auto node = FindSpelled(object, pointer, "code_entrypoint")) {
    job.code_entrypoint = ReadCodeUri(
        *node, {".py"}, "does not end in .py: spark-submit would not run it as Python", problems);
  } else {
    problems.Add(PointerTo(pointer, "code_entrypoint"),
                 "is missing: expected the s3:// address of the Python file to run");
  }
  if (const auto node = FindSpelled(object, pointer, "code_files")) {
    job.code_files = ReadCodeUri(
        *node, {".zip", ".egg", ".jar", ".py"},
        "does not end in .zip, .egg, .jar or .py: Python would not import from it", problems);
  }
}

void ReadPlace(const JsonObject& object, const std::string& pointer, Job& job, Problems& problems) {
  if (const auto node = FindMember(object, pointer, "region")) {
    const TextRule rule = {"an AWS region such as eu-west-1", IsRegion, 32};
    if (auto region = ReadText(*node, rule, problems)) job.region = Region(*std::move(region));
  }
  if (const auto node = FindMember(object, pointer, "log_bucket")) {
    const TextRule rule = {"a bucket such as my-logs or s3://my-logs, without a path",
                           [](std::string_view text) { return !BucketOf(text).empty(); }, 72};
    if (const auto text = ReadText(*node, rule, problems)) job.log_bucket = BucketOf(*text);
  }
}

void ReadNumbers(const JsonObject& object, const std::string& pointer, Job& job,
                 Problems& problems) {
  if (const auto node = FindMember(object, pointer, "count")) {
    const IntegerRule rule = {"a number of core instances", 1, 2000};
    job.count = ReadInteger(*node, rule, problems).value_or(job.count);
  }
  bool timeouts_read = true;
  const auto read_minutes = [&](std::string_view key, std::int64_t max, minutes& to) {
    const auto node = FindMember(object, pointer, key);
    if (!node) return false;
    const auto number = ReadInteger(*node, {"a number of minutes", 1, max}, problems);
    if (number) to = minutes(*number);
    timeouts_read = timeouts_read && number.has_value();
    return true;
  };
  read_minutes("timeout_minutes", 10080, job.timeout);
  const bool start_given = read_minutes("start_timeout_minutes", 1440, job.start_timeout);
  if (!start_given) job.start_timeout = std::min(job.start_timeout, job.timeout);
  if (start_given && timeouts_read && job.start_timeout > job.timeout) {
    problems.Add(PointerTo(pointer, "start_timeout_minutes"),
                 fmt::format("is longer than the whole job may take ({} minutes): expected at most "
                             "timeout_minutes",
                             job.timeout.count()));
  }
}

}  // namespace

void CheckMemberNames(const JsonObject& object, const std::string& pointer, Problems& problems) {
  for (const auto& member : object) {
    const std::string_view key = member.key();
    if (IsMember(key) || IsToleratedMember(key)) continue;
    if (problems.IsFull()) return;
    const std::string_view suggestion = Suggest(key);
    problems.Add(PointerTo(pointer, TruncateUtf8(key, /*max_bytes=*/256)),
                 suggestion.empty()
                     ? "unknown member; remove it"
                     : fmt::format("unknown member; did you mean '{}'?", suggestion));
  }
  for (const Spelling& spelling : kSpellings) {
    if (!object.contains(spelling.current) || !object.contains(spelling.older)) continue;
    problems.Add(PointerTo(pointer, spelling.older),
                 fmt::format("is the older spelling of '{0}', which is there too: keep only '{0}'",
                             spelling.current));
  }
}

void ReadPlainFields(const JsonObject& object, const std::string& pointer, Job& job,
                     Problems& problems) {
  ReadTextFields(object, pointer, job, problems);
  ReadCode(object, pointer, job, problems);
  ReadPlace(object, pointer, job, problems);
  ReadNumbers(object, pointer, job, problems);
}

}  // namespace ecm
