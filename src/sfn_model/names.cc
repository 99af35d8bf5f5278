#include "sfn_model/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "sfn_model/errors.h"

namespace ecm::sfn_model {
namespace {

constexpr std::size_t kMostRegionBytes = 32;

/// White space and control characters beyond ASCII, in UTF-8, and U+FFFE and U+FFFF.
bool HasForbiddenCharacter(std::string_view text) {
  static constexpr std::string_view kForbidden[] = {"\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\xA8",
                                                    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F",
                                                    "\xE3\x80\x80", "\xEF\xBF\xBE", "\xEF\xBF\xBF"};
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::string_view rest = text.substr(at);
    const auto byte = static_cast<unsigned char>(rest[0]);
    if (byte <= 0x20 || byte == 0x7F) return true;
    if (std::string_view(R"(<>{}[]?*"#%\^|~`$&,;:/)").contains(rest[0])) return true;
    const auto second = static_cast<unsigned char>(rest.size() > 1 ? rest[1] : 0);
    const auto third = static_cast<unsigned char>(rest.size() > 2 ? rest[2] : 0);
    if (byte == 0xC2 && second < 0xA0) return true;                                     // U+0080…9F
    if (byte == 0xE2 && second == 0x80 && third >= 0x80 && third <= 0x8A) return true;  // U+2000…
    if (std::ranges::any_of(kForbidden, [&](auto one) { return rest.starts_with(one); })) {
      return true;
    }
  }
  return false;
}

std::vector<std::string_view> Split(std::string_view text, std::size_t most_parts) {
  std::vector<std::string_view> parts;
  while (parts.size() + 1 < most_parts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) break;
    parts.push_back(text.substr(0, colon));
    text.remove_prefix(colon + 1);
  }
  parts.push_back(text);
  return parts;
}

}  // namespace

std::string StateMachineArn(const Place& place, std::string_view name) {
  return fmt::format("arn:{}:states:{}:{}:stateMachine:{}", place.partition, place.region.str(),
                     place.account, name);
}

std::string ExecutionArnOf(const Place& place, std::string_view machine, std::string_view name) {
  return fmt::format("arn:{}:states:{}:{}:execution:{}:{}", place.partition, place.region.str(),
                     place.account, machine, name);
}

std::string RoleArn(const Place& place, std::string_view name) {
  return fmt::format("arn:{}:iam::{}:role/{}", place.partition, place.account, name);
}

Result<std::string> ReadArn(std::string_view arn, std::string_view type) {
  const std::vector<std::string_view> parts = Split(arn, 7);
  if (parts[0] != "arn") return InvalidArn("Invalid ARN prefix: " + std::string(arn));
  if (parts.size() < 7 || parts[2] != "states" || parts[6].empty()) {
    return InvalidArn("Invalid ARN: " + std::string(arn));
  }
  if (parts[5] != type) {
    return InvalidArn("Resource type not valid in this context: " + std::string(parts[5]));
  }
  return std::string(parts[6]);
}

Result<void> CheckName(std::string_view name) {
  if (HasForbiddenCharacter(name)) return InvalidName(ToOneLine(name));
  return {};
}

bool IsRegionName(std::string_view region) {
  return !region.empty() && region.size() <= kMostRegionBytes &&
         std::ranges::all_of(region, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
         });
}

}  // namespace ecm::sfn_model
