#include "lambda/stack_environment.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "job/formats.h"

namespace ecm::lambda {
namespace {

bool IsAll(std::string_view text, std::size_t least, std::size_t most, bool (*fits)(char)) {
  return text.size() >= least && text.size() <= most && std::ranges::all_of(text, fits);
}

bool IsSmallLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsWordCharacter(char c) {
  return IsSmallLetterOrDigit(c) || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

bool IsStage(std::string_view text) {
  return IsAll(text, 1, 16, [](char c) { return IsSmallLetterOrDigit(c) || c == '-'; });
}

bool IsTable(std::string_view text) {
  return IsAll(text, 3, 255, [](char c) { return IsWordCharacter(c) || c == '.'; });
}

/// arn:aws:sns:eu-west-1:123456789012:name
bool IsTopicArn(std::string_view text) {
  constexpr std::string_view kArn = "arn:";
  constexpr std::string_view kSns = ":sns:";
  if (!text.starts_with(kArn)) return false;
  const std::size_t service = text.find(kSns);
  const std::size_t name = text.rfind(':');
  if (service == std::string_view::npos || name < service + kSns.size()) return false;
  return IsAll(text.substr(0, name), 1, 128,
               [](char c) { return IsWordCharacter(c) || c == ':'; }) &&
         IsAll(text.substr(name + 1), 1, 256, IsWordCharacter);
}

struct Variable {
  const char* name;
  std::string& target;
  bool (*fits)(std::string_view);
  std::string_view expected;
  bool required = false;
};

/// What is wrong with it, "" if nothing is.
std::string Read(const Variable& variable, const Environment& environment) {
  const std::string value = environment.Get(variable.name).value_or("");
  const std::string wanted = ": expected " + std::string(variable.expected);
  if (value.empty()) return variable.required ? variable.name + (" is not set" + wanted) : "";
  if (!variable.fits(value)) {
    return variable.name + (" is '" + ToOneLine(TruncateUtf8(value, 100)) + "'" + wanted);
  }
  variable.target = value;
  return "";
}

}  // namespace

Result<StackEnvironment> ReadStackEnvironment(const Environment& environment) {
  StackEnvironment result;
  StackConfig& stack = result.stack;
  std::string region;
  const std::array variables = {
      Variable{"ECM_STAGE", stack.stage, IsStage, "1 to 16 of a-z, 0-9, -", true},
      Variable{"ECM_JOB_TABLE", result.job_table, IsTable, "the name of a DynamoDB table", true},
      Variable{"ECM_TOPIC_ARN", result.topic_arn, IsTopicArn, "the ARN of an SNS topic", true},
      Variable{"AWS_REGION", region, IsRegion, "a region; AWS Lambda sets it", true},
      Variable{"ECM_LOG_BUCKET", stack.log_bucket, IsBucketName, "the name of an S3 bucket"},
      Variable{"ECM_SUBNET", stack.subnet, IsSubnet, "the id of a subnet"},
      Variable{"ECM_SERVICE_ROLE", stack.service_role, IsRole, "the name or ARN of a role"},
      Variable{"ECM_INSTANCE_PROFILE", stack.instance_profile, IsInstanceProfile,
               "the name or ARN of an instance profile"},
  };
  std::string problems;
  for (const Variable& variable : variables) {
    const std::string problem = Read(variable, environment);
    if (!problem.empty()) problems += (problems.empty() ? "" : "; ") + problem;
  }
  if (!problems.empty()) {
    return Fail(ErrorKind::kInvalidJob,
                "the function's environment variables are wrong: " + problems);
  }
  stack.region = Region(region);
  return result;
}

}  // namespace ecm::lambda
