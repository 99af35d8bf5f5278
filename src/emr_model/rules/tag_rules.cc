#include "emr_model/rules/tag_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "base/text.h"
#include "emr_model/errors.h"
#include "emr_model/rules/characters.h"

namespace ecm::emr_model {
namespace {

constexpr std::size_t kMaxTags = 50;
constexpr std::size_t kMaxKey = 128;
constexpr std::size_t kMaxValue = 256;

bool IsReserved(std::string_view key) {
  constexpr std::string_view kPrefix = "aws:";
  return EqualsIgnoringCase(key.substr(0, kPrefix.size()), kPrefix);
}

/// "" where the tag is right.
std::string WhatIsWrong(const std::optional<std::string>& key,
                        const std::optional<std::string>& value) {
  if (!key.has_value() || key->empty()) return "A tag must have a key that is not empty.";
  const std::string shown = ToOneLine(TruncateUtf8(*key, kMaxKey));
  if (!value.has_value()) return fmt::format("The tag '{}' has no value.", shown);
  if (Characters(*key) > kMaxKey) {
    return fmt::format("The tag key '{}' is longer than {} characters.", shown, kMaxKey);
  }
  if (Characters(*value) > kMaxValue) {
    return fmt::format("The value of the tag '{}' is longer than {} characters.", shown, kMaxValue);
  }
  if (IsReserved(*key)) {
    return fmt::format("The tag key '{}' begins with aws:, which is reserved.", shown);
  }
  return {};
}

}  // namespace

Result<Tags> MergeTags(Tags present, const JsonArray& given, std::string_view error_code) {
  std::set<std::string> seen;
  for (const Json& tag : given) {
    const std::optional<std::string> key = FindString(tag, "Key");
    const std::optional<std::string> value = FindString(tag, "Value");
    std::string wrong = WhatIsWrong(key, value);
    if (wrong.empty() && !seen.insert(*key).second) {
      wrong = fmt::format("The tag key '{}' is given twice.", ToOneLine(*key));
    }
    if (!wrong.empty()) return Refuse(error_code, std::move(wrong));
    const auto same = std::ranges::find(present, *key, &Tags::value_type::first);
    if (same != present.end()) {
      same->second = *value;
    } else {
      present.emplace_back(*key, *value);
    }
  }
  if (present.size() > kMaxTags) {
    return Refuse(error_code, fmt::format("A cluster has at most {} tags; this would make {}.",
                                          kMaxTags, present.size()));
  }
  return present;
}

}  // namespace ecm::emr_model
