#include "aws_client/sns_notices.h"

#include <algorithm>

#include "base/text.h"

namespace ecm::aws_client {
namespace {

constexpr std::size_t kMaxSubjectCharacters = 100;
constexpr std::size_t kMaxMessageBytes = std::size_t{256} * 1024;

/// "arn:aws:sns:eu-west-1:123456789012:topic" → "eu-west-1"; "" for what is no topic.
Region RegionOfTopic(std::string_view arn) {
  std::string_view region;
  for (int part = 0; part < 5; ++part) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) return Region("");
    if (part == 2 && arn.substr(0, colon) != "sns") return Region("");
    if (part == 3) region = arn.substr(0, colon);
    arn.remove_prefix(colon + 1);
  }
  return Region(arn.empty() ? std::string() : std::string(region));
}

/// What SNS takes as a subject: printable ASCII, at most 100 characters, no space in front.
std::string AsSubject(const std::string& text) {
  std::string subject = ToOneLine(text);
  for (char& c : subject) {
    if (c < ' ' || c > '~') c = '?';
  }
  subject.erase(0, subject.find_first_not_of(' '));
  if (subject.size() > kMaxSubjectCharacters) {
    subject.resize(kMaxSubjectCharacters - 3);
    subject += "...";
  }
  return subject;
}

}  // namespace

Result<void> SnsNotices::Publish(const std::string& subject, const std::string& message) {
  const Region region = RegionOfTopic(topic_arn_);
  if (region.empty()) {
    return Fail(ErrorKind::kInvalidJob, "\"" + ToOneLine(topic_arn_) +
                                            "\" is no ARN of an SNS topic; one looks like "
                                            "arn:aws:sns:eu-west-1:123456789012:name");
  }
  std::vector<std::pair<std::string, std::string>> parameters = {
      {"TopicArn", topic_arn_}, {"Message", TruncateUtf8(message, kMaxMessageBytes)}};
  if (const std::string shown = AsSubject(subject); !shown.empty()) {
    parameters.emplace_back("Subject", shown);
  }
  ECM_TRY_VOID(
      client_.CallQuery(aws_config::kSns, region, "Publish", std::move(parameters), Repeat::kSafe));
  return {};
}

}  // namespace ecm::aws_client
